/** The stages of the comparison, as plain data: each runs in a worker process, and its result is kept under a hash of the data. */
import { createHash } from 'node:crypto';
import type { DiTConfig, LossWeighting, Ranks, SigmaStart } from '../../src/shared/config';

export interface Recipe {
  batchSize: number;
  warmupSteps: number;
  /** Of pretraining and of free training; adaptation uses 0.9, having few steps. */
  emaDecay: number;
  /** 0 for none; probes then have to give the losses. */
  validationSamples: number;
  /** Losses along a run, for its curve; first and last come anyway. */
  validations?: number;
}

/** States of a run to be looked at more closely. */
export interface Probes {
  /** Steps of the source's training, or of the target's free training; 0 is its start. */
  steps: number[];
  /** Pictures behind a Frechet distance at each of them, or at those of `sampledAt`; 0 for none. */
  samples: number;
  sampledAt?: number[];
  features: FeaturesTask;
}

export interface Probe {
  step: number;
  /** Mean squared error at each of `PROBED_TIMESTEPS`, over all held-out pictures and over as many training pictures. */
  heldOut: number[];
  training: number[];
  fd: Distances | null;
}

/** Pictures read, and both feature extractors fitted and trained. */
export interface FeaturesTask {
  kind: 'features';
  size: number;
  classifierSteps: number;
}

/** Something trained once for all sizes: a dense model (`method` 'dense') or a method's own form. */
export interface SourceTask {
  kind: 'source';
  method: string;
  config: DiTConfig;
  recipe: Recipe;
  steps: number;
  learningRate: number;
  seed: number;
  /** FINE only: other ranks or another start than the defaults. */
  factors?: { ranks: Ranks; start: 'gaussian' | 'orthonormal'; adaLNZero?: 'sigma' };
  /** The product's default when left out. */
  lossWeighting?: LossWeighting;
  /** Largest gradient norm; not clipped when left out. */
  gradientClip?: number;
  /** Constant when left out. */
  schedule?: 'cosine';
  /** Starts from the averaged weights of this source instead of from nothing. */
  continues?: SourceTask;
  probes?: Probes;
}

/** One target: initialised, adapted where the method does that, then trained freely. */
export interface TargetTask {
  kind: 'target';
  method: string;
  config: DiTConfig;
  recipe: Recipe;
  source: SourceTask | null;
  seed: number;
  /** Free training after the initialisation; 0 for none. */
  steps: number;
  learningRate: number;
  /** `outer`: FINE's embedders and final layer are trained along. */
  adaptation: { steps: number; learningRate: number; lossWeighting?: LossWeighting; outer?: boolean } | null;
  /** FINE only: how sigma starts; the registry's own start when left out. */
  sigmaStart?: SigmaStart;
  /** Pictures behind a Frechet distance; 0 for none. */
  samples: number;
  /** Free steps at which the method has had as many steps in all as one without adaptation has at the end. */
  chargedAt: number;
  features: FeaturesTask;
  /** Of free training; constant when left out. */
  schedule?: 'cosine';
  probes?: Probes;
}

export type Task = FeaturesTask | SourceTask | TargetTask;

export interface Distances {
  /** Over the 64 leading principal components of the pixels. */
  pixels: number;
  /** The part of `pixels` that is a shift of the mean: samples too light, too dark or too coloured on the whole. */
  pixelsShift: number;
  /** Over the 64 features of the small classifier. */
  classifier: number;
}

export interface FeaturesResult {
  accuracy: number;
  /** Between two disjoint halves of the real pictures. */
  floor: Distances;
}

export interface SourceResult {
  parameters: number;
  val: number;
  curve: [step: number, val: number][];
  probes: Probe[];
  seconds: number;
}

export interface TargetResult {
  carried: number;
  tuned: number;
  /** Validation losses: as initialised, adapted, at `chargedAt`, at the end. */
  valStart: number;
  valAdapted: number;
  valCharged: number;
  val: number;
  fdCharged: Distances | null;
  fd: Distances | null;
  curve: [step: number, val: number][];
  probes: Probe[];
  seconds: number;
}

export type ResultOf<T extends Task> = T extends FeaturesTask ? FeaturesResult : T extends SourceTask ? SourceResult : TargetResult;

/** Counts a change of what the stages do, so that results of older code are not taken for new ones. */
const CODE = 3;

/** A short name that differs when anything about the stage does. */
export function keyOf(task: Task): string {
  return `${task.kind}-${createHash('sha256').update(JSON.stringify([CODE, task])).digest('hex').slice(0, 16)}`;
}
