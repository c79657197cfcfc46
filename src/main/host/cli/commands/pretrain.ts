import { Command } from 'commander';
import type { Ranks } from '../../../../shared/config';
import { action } from '../action';
import { positive } from '../arguments';
import { followRuns } from '../follow';
import { runResult } from '../results';
import { rankOption, trainingOptions, trainParams, type TrainingOptions } from '../training-options';

interface Options extends TrainingOptions {
  dataset: string;
  name?: string;
  hidden: number;
  depth: number;
  heads: number;
  patch: number;
  rank?: number | Ranks;
  dense?: boolean;
}

export function pretrain(): Command {
  const command = new Command('pretrain')
    .description('train a factorised diffusion transformer: shared U and V, sigma per block')
    .requiredOption('--dataset <id>', 'what it learns from, such as builtin:emoji')
    .option('--name <name>', 'name of the run')
    .option('--hidden <channels>', 'hidden size', positive, 96)
    .option('--depth <blocks>', 'number of blocks', positive, 6)
    .option('--heads <n>', 'attention heads', positive, 4)
    .option('--patch <pixels>', 'patch size', positive, 4)
    .addOption(rankOption())
    .option('--dense', 'train the ordinary model instead');
  return trainingOptions(command, { steps: 1000 })
    .addHelpText('after', '\nExamples:\n  $ fine pretrain --dataset builtin:emoji --steps 1000\n  $ fine pretrain --dataset builtin:emoji --hidden 192 --depth 8 --heads 6 --rank 128 --json')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'pretrain',
          params: {
            datasetId: o.dataset, name: o.name, hiddenSize: o.hidden, depth: o.depth, heads: o.heads, patchSize: o.patch, rank: o.dense ? null : o.rank,
            train: trainParams(o),
          },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
