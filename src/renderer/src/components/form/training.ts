/** The training options of a form, and their way to a request and a command. */
import type { LossWeighting } from '@shared/config';
import type { Dataset, Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';

type TrainOptions = NonNullable<ParamsIn<'runs.start'>['params']['train']>;

/** Fields left empty take the host's defaults. */
export interface TrainingValues {
  steps?: number;
  batchSize?: number;
  accumulate?: number;
  learningRate?: number;
  schedule: 'constant' | 'cosine';
  warmupSteps?: number;
  weightDecay?: number;
  gradientClip?: number;
  emaDecay?: number;
  emaWarmup: boolean;
  labelDropout?: number;
  horizontalFlip: boolean;
  lossWeighting: LossWeighting;
  seed?: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  backend: string;
}

/** Batch size and warm-up are the host's: it takes fewer where there are few pictures or steps. */
export const TRAINING: TrainingValues = {
  steps: 1000, accumulate: 1, learningRate: 1e-3, schedule: 'constant', weightDecay: 0, gradientClip: 0, emaDecay: 0.99, emaWarmup: true,
  labelDropout: 0.1, horizontalFlip: true, lossWeighting: 'uniform', seed: 0, checkpointEvery: 200, backend: 'auto',
};

const TRAINING_KEYS = [
  'steps', 'batchSize', 'accumulate', 'learningRate', 'schedule', 'warmupSteps', 'weightDecay', 'gradientClip', 'emaDecay', 'emaWarmup',
  'labelDropout', 'horizontalFlip', 'lossWeighting', 'seed', 'sampleEvery', 'checkpointEvery', 'backend',
] as const satisfies readonly (keyof TrainingValues)[];

/** Of a run that is copied. */
export function trainingOf(run: Run): TrainingValues {
  const train = (run.config.train ?? {}) as Record<string, unknown>;
  return { ...TRAINING, ...Object.fromEntries(TRAINING_KEYS.filter((key) => key in train).map((key) => [key, train[key]])) };
}

/** Which of them are wrong is for the schema to say. */
export function trainOptions(v: TrainingValues): TrainOptions {
  const { steps, batchSize, accumulate, learningRate, schedule, warmupSteps, weightDecay, gradientClip, emaDecay, emaWarmup, labelDropout, horizontalFlip, lossWeighting, seed, sampleEvery, checkpointEvery, backend } = v;
  return { steps, batchSize, accumulate, learningRate, schedule, warmupSteps, weightDecay, gradientClip, emaDecay, emaWarmup, labelDropout, horizontalFlip, lossWeighting, seed, sampleEvery, checkpointEvery, backend: backend as TrainOptions['backend'] };
}

/** As flags of the command line, without those that it takes for granted. */
export function trainFlags(v: TrainingValues) {
  const changed = <K extends keyof TrainingValues>(key: K) => (v[key] === TRAINING[key] ? null : v[key]);
  return {
    steps: v.steps, batch: v.batchSize, accumulate: changed('accumulate'), lr: v.learningRate, 'lr-schedule': changed('schedule'), warmup: v.warmupSteps, 'weight-decay': changed('weightDecay'), clip: changed('gradientClip'),
    'ema-decay': changed('emaDecay'), 'no-ema-warmup': !v.emaWarmup, 'label-dropout': changed('labelDropout'), 'no-flip': !v.horizontalFlip, 'loss-weighting': changed('lossWeighting'),
    seed: v.seed, 'sample-every': v.sampleEvery, 'checkpoint-every': v.checkpointEvery, backend: changed('backend'),
  };
}

/** What the host takes where no batch size is given. */
export function usualBatch(dataset: Dataset | undefined): number {
  return dataset && dataset.images > 0 ? Math.min(32, dataset.images - dataset.heldOut) : 32;
}

/** What the host takes where no warm-up is given. */
export function usualWarmup(steps: number | undefined): number {
  return steps !== undefined && steps < 100 ? Math.floor(steps / 10) : 50;
}

/** Rows of a review. */
const ROWS: readonly { label: string; main?: boolean; show(v: TrainingValues, dataset: Dataset | undefined): string }[] = [
  { label: 'Steps × batch', main: true, show: (v, dataset) => `${v.steps?.toLocaleString('en') ?? 'default'} × ${v.batchSize ?? usualBatch(dataset)}${(v.accumulate ?? 1) > 1 ? ` × ${v.accumulate}` : ''}` },
  { label: 'Learning rate', show: (v) => `${v.learningRate ?? 'default'}, ${v.schedule === 'cosine' ? 'cosine to zero' : 'constant'}, ${v.warmupSteps ?? usualWarmup(v.steps)} steps of warm-up` },
  { label: 'Weight decay, clipping', show: (v) => `${v.weightDecay ?? 0}, ${v.gradientClip ? v.gradientClip : 'none'}` },
  { label: 'EMA decay, label dropout', show: (v) => `${v.emaDecay ?? 'default'}, ${v.labelDropout ?? 'default'}` },
  { label: 'Mirroring', show: (v) => (v.horizontalFlip ? 'at random' : 'never') },
  { label: 'Timesteps in the loss', show: (v) => v.lossWeighting },
  { label: 'Seed', show: (v) => String(v.seed ?? 0) },
  { label: 'Saved state', show: (v) => (v.checkpointEvery === 0 ? 'at the end' : `every ${v.checkpointEvery ?? 200} steps`) },
];

/** `base` is what the values are compared with: the defaults, or the run that is copied. */
export function trainingRows(v: TrainingValues, base: TrainingValues, dataset: Dataset | undefined): { label: string; value: string; before: string; main?: boolean }[] {
  return ROWS.map(({ label, main, show }) => ({ label, main, value: show(v, dataset), before: show(base, dataset) }));
}
