import { Command } from 'commander';
import { join } from 'node:path';
import type { ExportRecord } from '../../../../shared/entities';
import type { Home } from '../../home';
import { gigabytes } from '../../units';
import { action } from '../action';
import { table } from '../output';

const view = (home: Home, e: ExportRecord) => ({ ...e, export: e.id, dir: home.absolute(e.dir), files: e.files.map((f) => ({ ...f, path: join(home.absolute(e.dir), f.name) })) });

export function exportsCommand(): Command {
  const command = new Command('exports').description('what was exported; “export” makes a new one');
  command
    .command('list')
    .description('the newest first')
    .option('--checkpoint <id>', 'of this checkpoint only')
    .addHelpText('after', '\nExample:\n  $ fine exports list')
    .action(
      action<{ checkpoint?: string }>(async ({ client, home }, o) => {
        const all = await client.call('exports.list', { checkpointId: o.checkpoint });
        const rows = all.map((e) => [e.id, e.format, e.precision, e.parity ? (e.parity.pass ? 'pass' : 'FAIL') : '', gigabytes(e.files.reduce((sum, f) => sum + f.bytes, 0)), home.absolute(e.dir)]);
        return { json: { exports: all.map((e) => view(home, e)) }, text: table(['id', 'format', 'precision', 'parity', 'size', 'folder'], rows) };
      }),
    );
  command
    .command('show')
    .description('its files with their sums')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ fine exports show exp-2k8v0w3f7a --json')
    .action(
      action(async ({ client, home }, _, [id]) => {
        const shown = view(home, await client.call('exports.get', { id: id! }));
        return { json: shown, text: shown.files.map((f) => `${f.path}  ${gigabytes(f.bytes)}  sha256 ${f.sha256}`).join('\n') };
      }),
    );
  return command;
}
