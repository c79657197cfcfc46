/** Options that every command which trains has, defined once: how long, how fast, on what. */
import { Option, type Command } from 'commander';
import { LOSS_WEIGHTINGS, type BackendId, type LossWeighting, type TrainConfig } from '../../../shared/config';
import { backend, decimal, positive, rank, whole } from './arguments';

export interface TrainingOptions {
  steps: number;
  batch?: number;
  accumulate?: number;
  lr: number;
  lrSchedule?: TrainConfig['schedule'];
  warmup?: number;
  weightDecay?: number;
  clip?: number;
  seed: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  emaDecay?: number;
  emaWarmup: boolean;
  labelDropout?: number;
  flip: boolean;
  lossWeighting?: LossWeighting;
  backend?: BackendId;
}

/** @param steps default, or null where the person must say */
export function trainingOptions(command: Command, { steps, stepsHelp = 'training steps', lr = 0.001, lrHelp = 'learning rate' }: { steps: number | null; stepsHelp?: string; lr?: number; lrHelp?: string }): Command {
  if (steps === null) command.requiredOption('--steps <n>', stepsHelp, positive);
  else command.option('--steps <n>', stepsHelp, positive, steps);
  return command
    .option('--batch <n>', 'pictures per step; 32, or all where there are fewer', positive)
    .option('--accumulate <n>', 'batches whose gradients make one step', positive)
    .option('--lr <rate>', lrHelp, decimal, lr)
    .addOption(new Option('--lr-schedule <how>', 'how the learning rate goes on after its warm-up').choices(['constant', 'cosine']))
    .option('--warmup <steps>', 'in which the learning rate rises; 50, or a tenth of a short run', whole)
    .option('--weight-decay <rate>', 'of AdamW', decimal)
    .option('--clip <norm>', 'largest norm of the gradient, 0 for any', decimal)
    .option('--seed <n>', 'of all random numbers', whole, 0)
    .option('--sample-every <steps>', 'steps between sample grids, 0 for none', whole)
    .option('--checkpoint-every <steps>', 'steps between saved states', whole)
    .option('--ema-decay <share>', 'of the averaged weights, which are those that are sampled', decimal)
    .option('--no-ema-warmup', 'average with that decay from the first step, as the official DiT does')
    .option('--label-dropout <share>', 'of the labels that are left out, for guidance', decimal)
    .option('--no-flip', 'never mirror the pictures')
    .addOption(new Option('--loss-weighting <how>', 'how much a timestep counts in the loss; uniform as in DiT; min-snr in pretraining brings samples closer to the data, at a higher loss').choices(LOSS_WEIGHTINGS))
    .option('--backend <id>', 'what computes', backend);
}

/** Of the shared factors that a command makes. */
export function rankOption(): Option {
  return new Option('--rank <n>', 'rank of all factors, or qkv=96,proj=48,… per type; the hidden size by default; a higher one lowers the loss, and every size carries it').argParser(rank);
}

/** As the service takes them; what was not given is left to it. */
export function trainParams(o: TrainingOptions): Partial<TrainConfig> {
  return {
    steps: o.steps, batchSize: o.batch, accumulate: o.accumulate, learningRate: o.lr, schedule: o.lrSchedule, warmupSteps: o.warmup,
    weightDecay: o.weightDecay, gradientClip: o.clip, emaDecay: o.emaDecay, emaWarmup: o.emaWarmup, labelDropout: o.labelDropout, horizontalFlip: o.flip, lossWeighting: o.lossWeighting,
    seed: o.seed, sampleEvery: o.sampleEvery, checkpointEvery: o.checkpointEvery, backend: o.backend,
  };
}
