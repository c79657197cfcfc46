/** The command line as a whole: every command by name, options that all share, help with examples. */
import { Command } from 'commander';
import { backends } from './commands/backends';
import { bench } from './commands/bench';
import { checkpoints } from './commands/checkpoints';
import { datasets } from './commands/datasets';
import { demo } from './commands/demo';
import { distill } from './commands/distill';
import { evaluate } from './commands/evaluate';
import { evaluations } from './commands/evaluations';
import { exportCommand } from './commands/export';
import { exportsCommand } from './commands/exports';
import { extract } from './commands/extract';
import { forward } from './commands/forward';
import { importCommand } from './commands/import';
import { initialize } from './commands/initialize';
import { learngenes } from './commands/learngenes';
import { pretrain } from './commands/pretrain';
import { runs } from './commands/runs';
import { sample } from './commands/sample';
import { serve } from './commands/serve';
import { tasks } from './commands/tasks';
import { train } from './commands/train';
import { trash } from './commands/trash';

const COMMANDS = [datasets, pretrain, extract, initialize, train, distill, bench, sample, evaluate, importCommand, forward, exportCommand, runs, checkpoints, learngenes, exportsCommand, evaluations, tasks, trash, serve, backends, demo];

export function program(version: string): Command {
  const root = new Command('fine')
    .description('Pretrain one factorised diffusion transformer, initialise models of any depth from it.')
    .version(version)
    .option('--home <folder>', 'data folder; FINE_STUDIO_HOME or the platform’s usual place by default')
    .option('--json', 'one JSON object on the last line of standard output; progress goes to standard error')
    .option('--recover', 'set a damaged catalogue aside and go on from its last backup')
    .addHelpText('after', '\nExamples:\n  $ fine demo\n  $ fine pretrain --dataset builtin:emoji --steps 1000\n  $ fine serve\n\nEvery command explains itself: fine COMMAND --help');
  for (const command of COMMANDS) root.addCommand(command());
  each(root, (command) => {
    command.exitOverride().showHelpAfterError('(add --help for an explanation)').configureHelp({ showGlobalOptions: true });
  });
  return root;
}

function each(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) each(child, visit);
}
