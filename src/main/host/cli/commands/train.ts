import { Command } from 'commander';
import type { BackendId } from '../../../../shared/config';
import { action } from '../action';
import { backend, decimal, positive, whole } from '../arguments';
import { followRuns } from '../follow';
import { runResult } from '../results';

interface Options {
  checkpoint: string;
  dataset: string;
  name?: string;
  steps: number;
  batch?: number;
  lr: number;
  seed: number;
  keepFactors?: boolean;
  sampleEvery?: number;
  checkpointEvery?: number;
  backend?: BackendId;
}

export function train(): Command {
  return new Command('train')
    .description('train on from a checkpoint, all weights free')
    .requiredOption('--checkpoint <id>', 'where it starts')
    .requiredOption('--dataset <id>', 'what it learns from')
    .requiredOption('--steps <n>', 'training steps', positive)
    .option('--name <name>', 'name of the run')
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', 'learning rate', decimal, 0.001)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--keep-factors', 'stay factorised: U, V and sigma are trained')
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExample:\n  $ fine train --checkpoint ckpt-2k8v0w3f7a --dataset builtin:emoji --steps 500')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'train',
          params: { checkpointId: o.checkpoint, datasetId: o.dataset, name: o.name, materialise: !o.keepFactors, train: { steps: o.steps, batchSize: o.batch, learningRate: o.lr, seed: o.seed, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, backend: o.backend } },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
