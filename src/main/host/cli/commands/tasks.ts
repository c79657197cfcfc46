import { Command } from 'commander';
import { action } from '../action';
import { table } from '../output';

export function tasks(): Command {
  const command = new Command('tasks').description('short work beside training, such as an extraction or an export');
  command
    .command('list')
    .description('at work and waiting, in their order')
    .addHelpText('after', '\nExample:\n  $ fine tasks list')
    .action(
      action(async ({ client }) => {
        const all = await client.call('tasks.list', {});
        return { json: { tasks: all }, text: all.length === 0 ? 'Nothing is at work.' : table(['id', 'what', 'phase', 'done'], all.map((t) => [t.taskId, t.label, t.phase, t.fraction === null ? '' : `${Math.round(100 * t.fraction)} %`])) };
      }),
    );
  command
    .command('cancel')
    .description('stop one; what it left half-written is removed')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ fine tasks cancel task-2k8v0w3f7a')
    .action(
      action(async ({ client }, _, [id]) => {
        await client.call('tasks.cancel', { id: id! });
        return { json: { task: id }, text: `${id} is being cancelled.` };
      }),
    );
  return command;
}
