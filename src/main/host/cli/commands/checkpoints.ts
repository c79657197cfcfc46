import { Command } from 'commander';
import { action } from '../action';
import { table } from '../output';
import { count, gigabytes } from '../../units';

export function checkpoints(): Command {
  const command = new Command('checkpoints').description('finished models');
  command
    .command('list')
    .description('the newest first')
    .option('--run <id>', 'of this run only')
    .addHelpText('after', '\nExample:\n  $ fine checkpoints list --json')
    .action(
      action<{ run?: string }>(async ({ client, home }, o) => {
        const all = await client.call('checkpoints.list', { runId: o.run });
        const rows = all.map((c) => [c.id, c.name, c.form, `${c.model.hiddenSize}×${c.model.depth}`, count(c.parameters), c.loss === null ? '' : c.loss.toFixed(4), gigabytes(c.bytes)]);
        return { json: { checkpoints: all.map((c) => c.id), items: all.map((c) => ({ ...c, checkpoint: c.id, file: home.absolute(c.file) })) }, text: table(['id', 'name', 'form', 'hidden×depth', 'parameters', 'loss', 'size'], rows) };
      }),
    );
  command
    .command('rename')
    .description('call a checkpoint otherwise')
    .argument('<id>')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  $ fine checkpoints rename ckpt-2k8v0w3f7a Base')
    .action(
      action(async ({ client }, _, [id, name]) => {
        const c = await client.call('checkpoints.rename', { id: id!, name: name! });
        return { json: { checkpoint: c.id, name: c.name }, text: `${c.id}  ${c.name}` };
      }),
    );
  return command;
}
