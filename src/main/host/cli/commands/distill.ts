import { Command } from 'commander';
import type { BackendId, Ranks } from '../../../../shared/config';
import { action } from '../action';
import { backend, decimal, positive, rank, whole } from '../arguments';
import { followRuns } from '../follow';
import { runResult } from '../results';

interface Options {
  checkpoint: string;
  dataset: string;
  name?: string;
  rank?: number | Ranks;
  iterations: number;
  steps: number;
  batch?: number;
  lr: number;
  seed: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  backend?: BackendId;
}

export function distill(): Command {
  return new Command('distill')
    .description('give a dense checkpoint shared factors: decompose it, then train them to predict what it predicts')
    .requiredOption('--checkpoint <id>', 'the dense teacher')
    .requiredOption('--dataset <id>', 'pictures that it was trained on')
    .option('--name <name>', 'name of the run')
    .option('--rank <n>', 'rank of all factors, or qkv=96,proj=48,… per type; the hidden size by default', rank)
    .option('--iterations <n>', 'alternating least squares of the decomposition', positive, 40)
    .option('--steps <n>', 'training steps', positive, 1000)
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', 'learning rate', decimal, 0.001)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExample:\n  $ fine distill --checkpoint ckpt-2k8v0w3f7a --dataset builtin:emoji --rank 96 --steps 500')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'distill',
          params: { checkpointId: o.checkpoint, datasetId: o.dataset, name: o.name, rank: o.rank, iterations: o.iterations, train: { steps: o.steps, batchSize: o.batch, learningRate: o.lr, seed: o.seed, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, backend: o.backend } },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
