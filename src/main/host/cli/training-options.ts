/** Options that every command which trains has, defined once: how long, how fast, on what. */
import { Option, type Command } from 'commander';
import { LOSS_WEIGHTINGS, type BackendId, type LossWeighting, type TrainConfig } from '../../../shared/config';
import { backend, decimal, positive, rank, whole } from './arguments';

export interface TrainingOptions {
  steps: number;
  batch?: number;
  lr: number;
  seed: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  emaDecay?: number;
  emaWarmup: boolean;
  lossWeighting?: LossWeighting;
  backend?: BackendId;
}

/** @param steps default, or null where the person must say */
export function trainingOptions(command: Command, { steps, stepsHelp = 'training steps', lr = 0.001, lrHelp = 'learning rate' }: { steps: number | null; stepsHelp?: string; lr?: number; lrHelp?: string }): Command {
  if (steps === null) command.requiredOption('--steps <n>', stepsHelp, positive);
  else command.option('--steps <n>', stepsHelp, positive, steps);
  return command
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--lr <rate>', lrHelp, decimal, lr)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--ema-decay <share>', 'of the averaged weights, which are those that are sampled', decimal)
    .option('--no-ema-warmup', 'average with that decay from the first step, as the official DiT does')
    .addOption(new Option('--loss-weighting <how>', 'how much a timestep counts in the loss; uniform as in DiT').choices(LOSS_WEIGHTINGS))
    .option('--backend <id>', 'what computes', backend);
}

/** Of the shared factors that a command makes. */
export function rankOption(): Option {
  return new Option('--rank <n>', 'rank of all factors, or qkv=96,proj=48,… per type; the hidden size by default').argParser(rank);
}

/** As the service takes them; what was not given is left to it. */
export function trainParams(o: TrainingOptions): Partial<TrainConfig> {
  return { steps: o.steps, batchSize: o.batch, learningRate: o.lr, seed: o.seed, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, emaDecay: o.emaDecay, emaWarmup: o.emaWarmup, lossWeighting: o.lossWeighting, backend: o.backend };
}
