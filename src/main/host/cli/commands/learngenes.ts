import { Command } from 'commander';
import { resolve } from 'node:path';
import { action } from '../action';
import { withTasks } from '../follow';
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
  command
    .command('import')
    .description('take in a learngene file that this program made, here or on another machine')
    .argument('<file>', 'NAME.learngene.safetensors')
    .option('--name <name>', 'name of the learngene; the file’s by default')
    .addHelpText('after', '\nExample:\n  $ fine learngenes import flowers.learngene.safetensors')
    .action(
      action<{ name?: string }>(async (session, o, [file]) => {
        const l = await withTasks(session, (taskId) => session.client.call('learngenes.import', { file: resolve(file!), name: o.name, taskId }));
        for (const warning of l.warnings) session.output.note(`Warning: ${warning}`);
        return { json: { ...l, learngene: l.id, file: session.home.absolute(l.file) }, text: `${l.id}  ${l.name}: ${count(l.parameters)} parameters, ${gigabytes(l.bytes)}` };
      }),
    );
  command
    .command('rename')
    .description('call a learngene otherwise')
    .argument('<id>')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  $ fine learngenes rename lg-5t0b9s2k1x Flowers')
    .action(
      action(async ({ client }, _, [id, name]) => {
        const l = await client.call('learngenes.rename', { id: id!, name: name! });
        return { json: { learngene: l.id, name: l.name }, text: `${l.id}  ${l.name}` };
      }),
    );
  return command;
}
