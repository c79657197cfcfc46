import { Command } from 'commander';
import type { BackendId, Ranks } from '../../../../shared/config';
import { action } from '../action';
import { backend, decimal, positive, rank, whole } from '../arguments';
import { followRuns } from '../follow';
import { runResult } from '../results';

interface Options {
  dataset: string;
  name?: string;
  hidden: number;
  depth: number;
  heads: number;
  patch: number;
  rank?: number | Ranks;
  dense?: boolean;
  steps: number;
  batch?: number;
  lr: number;
  seed: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  backend?: BackendId;
}

export function pretrain(): Command {
  return new Command('pretrain')
    .description('train a factorised diffusion transformer: shared U and V, sigma per block')
    .requiredOption('--dataset <id>', 'what it learns from, such as builtin:emoji')
    .option('--name <name>', 'name of the run')
    .option('--hidden <channels>', 'hidden size', positive, 96)
    .option('--depth <blocks>', 'number of blocks', positive, 6)
    .option('--heads <n>', 'attention heads', positive, 4)
    .option('--patch <pixels>', 'patch size', positive, 4)
    .option('--rank <n>', 'rank of all factors, or qkv=96,proj=48,… per type; the hidden size by default', rank)
    .option('--dense', 'train the ordinary model instead')
    .option('--steps <n>', 'training steps', positive, 1000)
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', 'learning rate', decimal, 0.001)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--backend <id>', 'what computes', backend)
    .addHelpText('after', '\nExamples:\n  $ fine pretrain --dataset builtin:emoji --steps 1000\n  $ fine pretrain --dataset builtin:emoji --hidden 192 --depth 8 --heads 6 --rank 128 --json')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'pretrain',
          params: {
            datasetId: o.dataset, name: o.name, hiddenSize: o.hidden, depth: o.depth, heads: o.heads, patchSize: o.patch, rank: o.dense ? null : o.rank,
            train: { steps: o.steps, batchSize: o.batch, learningRate: o.lr, seed: o.seed, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, backend: o.backend },
          },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
