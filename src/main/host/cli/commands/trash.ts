import { Command } from 'commander';
import type { TrashEntry } from '../../../../shared/entities';
import { AppError } from '../../../../shared/errors';
import { gigabytes } from '../../units';
import { action } from '../action';
import { table } from '../output';
import type { Session } from '../session';

const EFFECTS = { blocks: 'still needs it', erased: 'is erased along', stays: 'stays' } as const;

/** One line per thing and one per dependant, before anybody erases. */
function describe(entries: readonly TrashEntry[]): string {
  return entries.map((e) => [`${e.id}  ${e.name}: ${e.kind}, ${gigabytes(e.bytes)}`, ...e.dependants.map((d) => `  ${d.kind} ${d.id} (${d.name}) ${EFFECTS[d.effect]}. ${d.detail}`), ...(e.more > 0 ? [`  … and ${e.more} more`] : [])].join('\n')).join('\n');
}

export function trash(): Command {
  const command = new Command('trash').description('what was thrown away: datasets, runs, checkpoints, learngenes, exports');
  command
    .command('list')
    .description('with the bytes of each and what depends on it')
    .addHelpText('after', '\nExample:\n  $ fine trash list')
    .action(
      action(async ({ client }) => {
        const all = await client.call('trash.list', {});
        const rows = all.map((e) => [e.id, e.kind, e.name, gigabytes(e.bytes), e.dependants.length + e.more === 0 ? '' : String(e.dependants.length + e.more)]);
        return { json: { items: all, bytes: all.reduce((sum, e) => sum + e.bytes, 0) }, text: all.length === 0 ? 'The trash is empty.' : table(['id', 'kind', 'name', 'size', 'dependants'], rows) };
      }),
    );
  command
    .command('move')
    .description('throw things away; nothing is erased')
    .argument('<id...>')
    .addHelpText('after', '\nExample:\n  $ fine trash move run-2k8v0w3f7a ckpt-5t0b9s2k1x')
    .action(
      action(async ({ client }, _, ids) => {
        const { moved, bytes } = await client.call('trash.move', { ids });
        return { json: { moved, bytes }, text: `${moved.length} in the trash, ${gigabytes(bytes)}. Take back with: trash restore ${moved.join(' ')}` };
      }),
    );
  command
    .command('restore')
    .description('take things back')
    .argument('<id...>')
    .addHelpText('after', '\nExample:\n  $ fine trash restore run-2k8v0w3f7a')
    .action(
      action(async ({ client }, _, ids) => {
        await client.call('trash.restore', { ids });
        return { json: { restored: ids }, text: `${ids.length} restored.` };
      }),
    );
  command
    .command('erase')
    .description('delete things in the trash for good; says what that means and does it only with --yes')
    .argument('<id...>')
    .option('--yes', 'do it')
    .addHelpText('after', '\nExample:\n  $ fine trash erase run-2k8v0w3f7a --yes')
    .action(action<{ yes?: boolean }>(erase));
  return command;
}

async function erase({ client, output }: Session, o: { yes?: boolean }, ids: string[]) {
  const entries = await client.call('trash.list', { ids });
  output.note(describe(entries));
  if (!o.yes) throw new AppError('conflict', `${entries.length} would be erased for good.`, { hint: 'Look at the list above; give --yes to do it.', field: 'yes', details: entries });
  const { bytes } = await client.call('trash.erase', { ids, confirm: true });
  return { json: { erased: ids, bytes }, text: `${ids.length} erased, ${gigabytes(bytes)} free again.` };
}
