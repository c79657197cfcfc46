import { Command } from 'commander';
import { action } from '../action';
import { table } from '../output';
import { count, gigabytes } from '../../units';

export function learngenes(): Command {
  const command = new Command('learngenes').description('shared factors that initialise models of any depth');
  command
    .command('list')
    .description('the newest first')
    .addHelpText('after', '\nExample:\n  $ fine learngenes list')
    .action(
      action(async ({ client, home }) => {
        const all = await client.call('learngenes.list', {});
        return { json: { learngenes: all.map((l) => ({ ...l, learngene: l.id, file: home.absolute(l.file) })) }, text: table(['id', 'name', 'hidden', 'parameters', 'size'], all.map((l) => [l.id, l.name, String(l.hiddenSize), count(l.parameters), gigabytes(l.bytes)])) };
      }),
    );
  return command;
}
