import { Command } from 'commander';
import { SIGMA_STARTS, type BackendId, type SigmaStart } from '../../../../shared/config';
import { action } from '../action';
import { backend, decimal, positive, whole, wholeList } from '../arguments';
import { followRuns } from '../follow';
import { sizesResult } from '../results';

interface Options {
  learngene: string;
  dataset: string;
  depth: number[];
  steps: number;
  batch?: number;
  lr: number;
  seed: number;
  sigmaStart: SigmaStart;
  biases: boolean;
  sampleEvery?: number;
  backend?: BackendId;
}

export function initialize(): Command {
  return new Command('initialize')
    .alias('initialise')
    .description('make models of other depths from a learngene: sigma alone is tuned, U and V stay as they are')
    .requiredOption('--learngene <id>', 'where U and V come from')
    .requiredOption('--dataset <id>', 'what sigma is tuned on')
    .requiredOption('--depth <blocks>', 'one size; give it several times for several sizes', wholeList)
    .option('--steps <n>', 'tuning steps per size', positive, 300)
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', 'learning rate of sigma', decimal, 0.01)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--sigma-start <how>', `one of ${SIGMA_STARTS.join(', ')}`, 'line')
    .option('--no-biases', 'leave the biases of the blocks as they start')
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExample:\n  $ fine initialize --learngene lg-5t0b9s2k1x --dataset builtin:emoji --depth 4 --depth 8 --steps 300')
    .action(
      action<Options>(async (session, o) => {
        const { runs, groupId } = await session.client.call('runs.start', {
          kind: 'initialize',
          params: {
            learngeneId: o.learngene, datasetId: o.dataset, depths: o.depth, sigmaStart: o.sigmaStart, tuneBiases: o.biases,
            train: { steps: o.steps, batchSize: o.batch, learningRate: o.lr, seed: o.seed, sampleEvery: o.sampleEvery, backend: o.backend },
          },
        });
        return sizesResult(session, await followRuns(session, runs), groupId);
      }),
    );
}
