import { Command, Option } from 'commander';
import { NOISE_SCHEDULES, PREDICTIONS, type DiffusionConfig, type Ranks } from '../../../../shared/config';
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
  factorStart?: 'gaussian' | 'orthonormal';
  evaluation?: 'auto' | 'rebuild' | 'factored';
  learnSigma?: boolean;
  noiseSchedule?: DiffusionConfig['schedule'];
  prediction?: DiffusionConfig['prediction'];
  timesteps?: number;
  sampleSteps?: string;
  sampleCount?: number;
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
    .option('--dense', 'train the ordinary model instead')
    .addOption(new Option('--factor-start <how>', 'how U and V start').choices(['gaussian', 'orthonormal']))
    .addOption(new Option('--evaluation <how>', 'rebuild the weights in every step or never; the numbers are the same').choices(['auto', 'rebuild', 'factored']))
    .option('--learn-sigma', 'learn the variances, too')
    .addOption(new Option('--noise-schedule <how>', 'of the diffusion').choices([...NOISE_SCHEDULES]))
    .addOption(new Option('--prediction <what>', 'noise or picture').choices([...PREDICTIONS]))
    .option('--timesteps <n>', 'of the diffusion; 1000 as in DiT', positive)
    .option('--sample-steps <steps>', 'of the sample grids, such as 50 or ddim25')
    .option('--sample-count <n>', 'pictures per sample grid', positive);
  return trainingOptions(command, { steps: 1000 })
    .addHelpText('after', '\nExamples:\n  $ fine pretrain --dataset builtin:emoji --steps 1000\n  $ fine pretrain --dataset builtin:emoji --hidden 192 --depth 8 --heads 6 --rank 128 --json')
    .action(
      action<Options>(async (session, o) => {
        const { runs } = await session.client.call('runs.start', {
          kind: 'pretrain',
          params: {
            datasetId: o.dataset, name: o.name, hiddenSize: o.hidden, depth: o.depth, heads: o.heads, patchSize: o.patch, rank: o.dense ? null : o.rank,
            factorStart: o.factorStart, evaluation: o.evaluation, learnSigma: o.learnSigma,
            diffusion: { schedule: o.noiseSchedule, prediction: o.prediction, timesteps: o.timesteps },
            sampleSteps: o.sampleSteps, sampleCount: o.sampleCount,
            train: trainParams(o),
          },
        });
        return runResult(session, await followRuns(session, runs));
      }),
    );
}
