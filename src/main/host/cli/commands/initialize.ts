import { Command, Option } from 'commander';
import { RESIZE_METHODS, SIGMA_STARTS, type ResizeMethod, type SigmaStart } from '../../../../shared/config';
import { action } from '../action';
import { positive, wholeList } from '../arguments';
import { followRuns } from '../follow';
import { sizesResult } from '../results';
import { trainingOptions, trainParams, type TrainingOptions } from '../training-options';

interface Options extends TrainingOptions {
  learngene: string;
  dataset: string;
  depth: number[];
  hidden?: number;
  heads?: number;
  patch?: number;
  resize: ResizeMethod;
  sigmaStart: SigmaStart;
  biases: boolean;
}

export function initialize(): Command {
  const command = new Command('initialize')
    .alias('initialise')
    .description('make models of other depths from a learngene: sigma alone is tuned, U and V stay as they are')
    .requiredOption('--learngene <id>', 'where U and V come from')
    .requiredOption('--dataset <id>', 'what sigma is tuned on')
    .requiredOption('--depth <blocks>', 'one size; give it several times for several sizes', wholeList)
    .option('--hidden <channels>', 'experimental: another hidden size than the learngene’s; U and V are then derived from it', positive)
    .option('--heads <n>', 'experimental: other attention heads', positive)
    .option('--patch <pixels>', 'experimental: another patch size', positive)
    .addOption(new Option('--resize <how>', 'rows of U and V for other channels').choices([...RESIZE_METHODS]).default('project'))
    .option('--sigma-start <how>', `one of ${SIGMA_STARTS.join(', ')}`, 'line')
    .option('--no-biases', 'leave the biases of the blocks as they start');
  return trainingOptions(command, { steps: 300, stepsHelp: 'tuning steps per size', lr: 0.01, lrHelp: 'learning rate of sigma' })
    .addHelpText('after', '\nExample:\n  $ fine initialize --learngene lg-5t0b9s2k1x --dataset builtin:emoji --depth 4 --depth 8 --steps 300')
    .action(
      action<Options>(async (session, o) => {
        const { runs, groupId } = await session.client.call('runs.start', {
          kind: 'initialize',
          params: {
            learngeneId: o.learngene, datasetId: o.dataset, depths: o.depth, hiddenSize: o.hidden, heads: o.heads, patchSize: o.patch, resizeMethod: o.resize, sigmaStart: o.sigmaStart, tuneBiases: o.biases,
            train: trainParams(o),
          },
        });
        return sizesResult(session, await followRuns(session, runs), groupId);
      }),
    );
}
