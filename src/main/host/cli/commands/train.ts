import { Command } from 'commander';
import { action } from '../action';
import { followRuns } from '../follow';
import { runResult } from '../results';
import { trainingOptions, trainParams, type TrainingOptions } from '../training-options';

interface Options extends TrainingOptions {
  checkpoint: string;
  dataset: string;
  name?: string;
  keepFactors?: boolean;
}

export function train(): Command {
  const command = new Command('train')
    .description('train on from a checkpoint, all weights free')
    .requiredOption('--checkpoint <id>', 'where it starts')
    .requiredOption('--dataset <id>', 'what it learns from')
    .option('--name <name>', 'name of the run')
    .option('--keep-factors', 'stay factorised: U, V and sigma are trained');
  return trainingOptions(command, { steps: null })
    .addHelpText('after', '\nExample:\n  $ fine train --checkpoint ckpt-2k8v0w3f7a --dataset builtin:emoji --steps 500')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'train',
          params: { checkpointId: o.checkpoint, datasetId: o.dataset, name: o.name, materialise: !o.keepFactors, train: trainParams(o) },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
