import { Command, InvalidArgumentError } from 'commander';
import type { BackendInfo } from '../../../../shared/entities';
import { action } from '../action';
import { backend } from '../arguments';
import { withTasks } from '../follow';
import { table } from '../output';

/** What can be installed on demand. */
function installable(text: string): 'tensorflow' {
  if (text !== 'tensorflow') throw new InvalidArgumentError('Only tensorflow is installed on demand; the others come with the program.');
  return text;
}

function concrete(text: string) {
  const id = backend(text);
  if (id === 'auto') throw new InvalidArgumentError('Name one of them; “auto” is a choice among them.');
  return id;
}

function listing(all: readonly BackendInfo[]): string {
  const rows = all.map((b) => [b.id, b.available ? 'yes' : 'no', b.device ?? '', b.version ?? '', b.gflops === null ? '' : b.gflops.toFixed(0), (b.available ? b.auto?.note : b.reason) ?? '']);
  const chosen = all.find((b) => b.auto?.chosen);
  return [table(['id', 'usable', 'device', 'version', 'GFLOP/s', 'remark'], rows), chosen ? `“auto” takes ${chosen.id}.` : 'What “auto” takes is found out before the first run, or now with --measure.'].join('\n');
}

export function backends(): Command {
  const command = new Command('backends').description('what can compute on this machine; install TensorFlow, check it, remove it');
  command
    .command('list')
    .description('all of them, and why one cannot be used')
    .option('--measure', 'time those that work and decide anew what “auto” takes')
    .addHelpText('after', '\nExample:\n  $ fine backends list --measure')
    .action(
      action<{ measure?: boolean }>(async (session, { measure }) => {
        const all = await withTasks(session, () => session.client.call('backends.list', { measure }));
        return { json: { backends: all }, text: listing(all) };
      }),
    );
  command
    .command('install')
    .description('TensorFlow’s native library, into the data folder, by way of npm, pip and a C++ compiler as they are set up here')
    .argument('<id>', 'tensorflow', installable)
    .option('--cuda', 'for an NVIDIA graphics card (some gigabytes)')
    .option('--build', 'skip the installer that the npm package has: it downloads an older TensorFlow')
    .addHelpText('after', '\nExample:\n  $ fine backends install tensorflow\n  $ fine pretrain --dataset builtin:emoji --backend tensorflow')
    .action(
      action<{ cuda?: boolean; build?: boolean }>(async (session, { cuda, build }) => {
        const { notes, check, backends: all } = await withTasks(session, () => session.client.call('backends.install', { id: 'tensorflow', cuda, build }));
        for (const note of notes) session.output.note(note);
        return { json: { ...check, notes, backends: all }, text: [`TensorFlow ${check.version} is installed, on ${check.device}: ${check.ops} ops and their gradients are right, a small training step takes ${check.msPerStep.toFixed(1)} ms.`, listing(all)].join('\n') };
      }),
    );
  command
    .command('check')
    .description('every op with its gradient and some training steps, compared with the JavaScript reference')
    .argument('<id>', 'a backend', concrete)
    .addHelpText('after', '\nExample:\n  $ fine backends check onnxruntime')
    .action(
      action(async (session, _options, [id]) => {
        const check = await withTasks(session, () => session.client.call('backends.check', { id: concrete(id!) }));
        return { json: check, text: `${check.name} ${check.version ?? ''} on ${check.device ?? 'an unnamed device'}: ${check.ops} ops and their gradients are right, a small training step takes ${check.msPerStep.toFixed(1)} ms.` };
      }),
    );
  command
    .command('remove')
    .description('what “install” put into the data folder')
    .argument('<id>', 'tensorflow', installable)
    .addHelpText('after', '\nExample:\n  $ fine backends remove tensorflow')
    .action(
      action(async ({ client }) => {
        const { removed } = await client.call('backends.remove', { id: 'tensorflow' });
        return { json: { removed }, text: removed ? 'TensorFlow was removed.' : 'TensorFlow was not installed.' };
      }),
    );
  return command;
}
