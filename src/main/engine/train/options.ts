/** What a training run is given and what it gives back: pretraining, tuning of sigma, and training on are all this. */
import type { DiffusionConfig, TrainConfig, WeightType } from '../../../shared/config';
import type { OpenDataset } from '../data/open';
import type { Evaluation } from '../model/dit';
import type { ModelWeights } from '../model/types';
import type { tf } from '../tensor/tf';
import type { Backend, TensorMap, Tensors } from '../tensor/types';

/** Tensors that share a learning rate. */
export interface RateGroup {
  /** After warm-up, before the schedule. */
  learningRate: number;
  /** Decoupled weight decay (Loshchilov & Hutter 2019). */
  weightDecay: number;
}

/** The training pictures: a part of `OpenDataset`. */
export type TrainingData = Pick<OpenDataset, 'images' | 'labels' | 'heldOutImages' | 'heldOutLabels' | 'size' | 'channels' | 'classes'>;

export interface MetricRow {
  /** Updates done, this one included: the first row has step 1. */
  step: number;
  /** Milliseconds of training up to here, summed over resumes. */
  wall: number;
  /** `loss` (before the update), `gradNorm`, `learningRate`, `imagesPerSecond`; `validationLoss`; `mse`, `vb`; `sigma.TYPE` (root mean square). */
  values: Record<string, number>;
}

export interface TrainCallbacks {
  /** Once, when the first step is about to run. `step` is where a resumed run goes on. */
  onStart?(info: { backend: string; step: number; steps: number; elapsedMs: number; compileMs: number; macs: number | null; stateBytes: number }): void;
  onPhase?(phase: 'tracing' | 'validating' | 'training' | 'saving'): void;
  /** After each update. */
  onProgress?(done: number, total: number): void;
  /** All rows in order, at most 20 calls a second; the last ones come before `train` settles. */
  onMetrics?(rows: MetricRow[]): void;
  /** A training state is safely on disk. */
  onState?(info: { step: number; bytes: number; file: string }): void;
  /** Every `train.sampleEvery` updates and at the end. The weights (EMA where it is kept) may be read until the returned promise settles. Training waits for it. */
  onSample?(step: number, weights: ModelWeights): Promise<void> | void;
  /** Something to tell the person that does not stop the run. */
  onWarning?(message: string): void;
}

/** Looked at before every step; a `JobContext` is one. */
export interface TrainControl {
  readonly signal?: AbortSignal;
  pauseRequested?(): boolean;
}

export type BlockProduct = (parameters: Tensors, y: tf.Tensor, type: WeightType, block: number, x: tf.Tensor) => tf.Tensor;

export interface TrainOptions {
  /** Where training starts. Its arrays are not changed. */
  weights: ModelWeights;
  /** Group of each tensor to be trained, null for a frozen one. Default: everything is in the group `default`. */
  trainable?: (name: string) => string | null;
  /** Rates by group. Default: `default` with the rates of `train`. */
  groups?: Record<string, RateGroup>;
  /**
   * For models written in other parameters: from the names of `weights.tensors` to those that `ditForward` expects, in
   * differentiable tfjs ops.
   */
  toModel?: (parameters: Tensors) => Tensors;
  /**
   * For models whose block matrices depend on the sample: x W^T of one of them, x [rows, in], given all tensors under the names of
   * `weights.tensors` and the classes `y` [B] (see `product` of `DiTOptions`). `toModel` then need not give those matrices.
   */
  product?: BlockProduct;
  evaluation?: Evaluation;
  /**
   * A model whose prediction is learned instead of the noise itself (distillation): same pictures, any depth and form. The
   * held-out loss stays the denoising loss, so that it can be compared.
   */
  teacher?: ModelWeights;
  /**
   * Gives up `weights`: the arrays of what is trained are freed as soon as the backend holds their values, instead of being kept
   * a second time until the run ends. Nobody may use them afterwards.
   */
  giveWeights?: boolean;
  data: TrainingData;
  diffusion: DiffusionConfig;
  train: TrainConfig;
  backend: Backend;
  /** Folder for training states, used by this run alone; null to keep none. */
  stateDir: string | null;
  /** Go on from the newest sound state in `stateDir`, if there is one. */
  resume?: boolean;
  /** Held-out (picture, timestep, noise) triples behind one validation loss; 0 for none. Default 256. */
  validationSamples?: number;
  /** Updates after which the held-out loss is measured besides every `train.validateEvery`. */
  validateAt?: readonly number[];
  callbacks?: TrainCallbacks;
  control?: TrainControl;
}

export interface TrainOutcome {
  status: 'completed' | 'paused';
  step: number;
  steps: number;
  /** Everything, the frozen tensors included. */
  weights: ModelWeights;
  /** Running average of all tensors (frozen ones as they are); null when `emaDecay` is 0. */
  ema: TensorMap | null;
  /** Held-out loss of the starting weights and of the average at the end; null when nothing is held out. */
  lossBefore: number | null;
  lossAfter: number | null;
  /** Of the last update's batch; null when no step was run. */
  lastLoss: number | null;
  trainedParameters: number;
  elapsedMs: number;
}
