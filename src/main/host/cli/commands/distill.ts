import { Command } from 'commander';
import type { Ranks } from '../../../../shared/config';
import { action } from '../action';
import { positive } from '../arguments';
import { followRuns } from '../follow';
import { runResult } from '../results';
import { rankOption, trainingOptions, trainParams, type TrainingOptions } from '../training-options';

interface Options extends TrainingOptions {
  checkpoint: string;
  dataset: string;
  name?: string;
  rank?: number | Ranks;
  iterations: number;
}

export function distill(): Command {
  const command = new Command('distill')
    .description('give a dense checkpoint shared factors: decompose it, then train them to predict what it predicts')
    .requiredOption('--checkpoint <id>', 'the dense teacher')
    .requiredOption('--dataset <id>', 'pictures that it was trained on')
    .option('--name <name>', 'name of the run')
    .addOption(rankOption())
    .option('--iterations <n>', 'alternating least squares of the decomposition', positive, 40);
  return trainingOptions(command, { steps: 1000 })
    .addHelpText('after', '\nExample:\n  $ fine distill --checkpoint ckpt-2k8v0w3f7a --dataset builtin:emoji --rank 96 --steps 500')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'distill',
          params: { checkpointId: o.checkpoint, datasetId: o.dataset, name: o.name, rank: o.rank, iterations: o.iterations, train: trainParams(o) },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
