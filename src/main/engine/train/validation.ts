/**
 * The held-out loss: mean squared error of the prediction on pictures, timesteps and noise that never change, so that the
 * numbers of different runs, seeds and batch sizes on one dataset can be compared.
 */
import type { DiffusionConfig } from '../../../shared/config';
import { toModelRange } from '../data/range';
import { createDiffusion } from '../diffusion/gaussian';
import { diffusionLoss, noisyImage } from '../diffusion/loss';
import { type Evaluation, ditForward } from '../model/dit';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import { tf } from '../tensor/tf';
import type { Backend, Program, ProgramSpec, TensorMap, TensorSpec, Tensors } from '../tensor/types';
import type { Batch } from './batches';
import type { BlockProduct, TrainingData } from './options';

/** The same for every run, whatever its own seed. */
const SEED = 0;
/** Held-out (picture, timestep, noise) triples behind one loss. */
export const VALIDATION_SAMPLES = 256;

/**
 * `samples` triples in batches of `batchSize`: pictures in turn, timesteps spread evenly over the process (the middles of equal
 * parts) in random order. The last batch is filled up with repeats, which `mean` leaves out.
 */
export function validationBatches(data: TrainingData, timesteps: number, samples: number, batchSize: number): Batch[] {
  const count = data.heldOutLabels.length;
  const each = data.channels * data.size * data.size;
  const spread = counterRandom(SEED, STREAMS.validation, 0).permutation(samples);
  const noise = counterRandom(SEED, STREAMS.validation, 1).normals(samples * each);
  const batches: Batch[] = [];
  for (let first = 0; first < samples; first += batchSize) {
    const triples = Int32Array.from({ length: batchSize }, (_, i) => (first + i) % samples);
    const indices = triples.map((triple) => triple % count);
    const batch: Batch = {
      x0: toModelRange(data.heldOutImages, indices, data),
      noise: new Float32Array(batchSize * each),
      t: triples.map((triple) => Math.floor(((spread[triple] + 0.5) * timesteps) / samples)),
      y: indices.map((index) => data.heldOutLabels[index]),
    };
    triples.forEach((triple, i) => batch.noise.set(noise.subarray(triple * each, (triple + 1) * each), i * each));
    batches.push(batch);
  }
  return batches;
}

export interface ValidationOptions {
  model: Pick<ModelWeights, 'config' | 'ranks'>;
  /** Tensors that stay as they are. */
  frozen: TensorMap;
  /** Shapes of those that `loss` is given. */
  trained: TensorMap;
  toModel?: (parameters: Tensors) => Tensors;
  product?: BlockProduct;
  evaluation?: Evaluation;
  diffusion: DiffusionConfig;
  batchSize: number;
}

/** Per-sample losses `losses` [B] of the weights in the state. */
export function buildValidation(options: ValidationOptions): ProgramSpec {
  const { model, batchSize } = options;
  const { config, ranks } = model;
  const image: TensorSpec = { shape: [batchSize, config.inChannels, config.inputSize, config.inputSize], dtype: 'float32' };
  const perSample: TensorSpec = { shape: [batchSize], dtype: 'int32' };
  const diffusion = createDiffusion(options.diffusion, { learnSigma: config.learnSigma });
  return {
    name: 'validation',
    constants: options.frozen,
    state: Object.fromEntries(Object.entries(options.trained).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }])),
    inputs: { x0: image, noise: image, t: perSample, y: perSample },
    body({ constants, state, inputs: { x0, noise, t, y } }) {
      const parameters = { ...constants, ...state };
      const xNoisy = noisyImage(diffusion, x0, t, noise);
      const { product, evaluation } = options;
      const output = ditForward(config, options.toModel?.(parameters) ?? parameters, { x: xNoisy, t, y }, { ranks, evaluation, product: product && ((type, block, x) => product(parameters, y, type, block, x)) });
      const { mse, loss } = diffusionLoss(diffusion, { output, xStart: x0, xNoisy, noise, index: t });
      return { state: {}, outputs: { losses: tf.reshape(mse ?? loss, [batchSize]) } };
    },
  };
}

/** In double precision, one after the other. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** A compiled validation. Call `dispose`. */
export class Validation {
  private constructor(
    private readonly program: Program,
    private readonly batches: Batch[],
    private readonly samples: number,
  ) {}

  /** Null when there is nothing to validate on. */
  static async create(backend: Backend, data: TrainingData, samples: number, options: ValidationOptions, threads: number): Promise<Validation | null> {
    if (samples === 0 || data.heldOutLabels.length === 0) return null;
    const program = await backend.compile(buildValidation(options), { threads });
    return new Validation(program, validationBatches(data, options.diffusion.timesteps, samples, options.batchSize), samples);
  }

  /** Mean loss of a model with these trained tensors. `between` runs after each batch and may throw to stop. */
  async loss(trained: TensorMap, between: () => void = () => {}): Promise<number> {
    return meanOf((await this.losses(trained, between)).losses);
  }

  /** Loss and timestep of every triple, in their order. */
  async losses(trained: TensorMap, between: () => void = () => {}): Promise<{ losses: Float32Array; timesteps: Int32Array }> {
    await this.program.writeState(trained);
    const losses = new Float32Array(this.samples);
    const timesteps = new Int32Array(this.samples);
    let at = 0;
    for (const batch of this.batches) {
      const { outputs } = await this.program.run(batch);
      const kept = Math.min(outputs.losses.length, this.samples - at);
      losses.set(outputs.losses.subarray(0, kept), at);
      timesteps.set(batch.t.subarray(0, kept), at);
      at += kept;
      between();
    }
    return { losses, timesteps };
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }
}
