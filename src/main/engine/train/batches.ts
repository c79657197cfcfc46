/**
 * The data of every update, as a function of (seed, step): which pictures, mirrored or not, with which label, timestep and
 * noise. An update of `batchSize * accumulate` samples is drawn as one, so it is the same however it is cut.
 */
import type { TrainConfig } from '../../../shared/config';
import { toModelRange } from '../data/range';
import { STREAMS, counterRandom } from '../random';
import type { TrainingData } from './options';

/** Inputs of one run of the training program; see `buildTrainStep`. */
export interface Batch extends Record<string, Float32Array | Int32Array> {
  x0: Float32Array;
  noise: Float32Array;
  t: Int32Array;
  y: Int32Array;
}

export interface BatchConfig {
  train: Pick<TrainConfig, 'batchSize' | 'accumulate' | 'seed' | 'horizontalFlip' | 'labelDropout'>;
  /** Length of the diffusion process. */
  timesteps: number;
  /** The null class. */
  nullClass: number;
}

/** Pictures of update number `step` (0-based), in order. Epochs follow one another without a gap, each in its own order. */
export function pictureOrder(count: number, seed: number): (step: number, samples: number) => Int32Array {
  const epochs = new Map<number, Int32Array>();
  const orderOf = (epoch: number): Int32Array => {
    let order = epochs.get(epoch);
    if (!order) {
      order = counterRandom(seed, STREAMS.dataOrder, epoch).permutation(count);
      for (const old of epochs.keys()) if (old < epoch - 1) epochs.delete(old);
      epochs.set(epoch, order);
    }
    return order;
  };
  return (step, samples) => {
    const first = step * samples;
    return Int32Array.from({ length: samples }, (_, i) => orderOf(Math.floor((first + i) / count))[(first + i) % count]);
  };
}

/** Labels with some replaced by the null class, which is how a model learns to do without them (Ho & Salimans 2022). */
export function dropLabels(labels: Int32Array, isDropped: (sample: number) => boolean, nullClass: number): Int32Array {
  return labels.map((label, i) => (isDropped(i) ? nullClass : label));
}

/** Makes the micro-batches of an update. The arrays are new each time, so a running step may still read the ones before. */
export function batchSource(data: TrainingData, config: BatchConfig): (step: number) => Batch[] {
  const { batchSize, accumulate, seed, horizontalFlip, labelDropout } = config.train;
  const samples = batchSize * accumulate;
  const each = data.channels * data.size * data.size;
  const pictures = pictureOrder(data.labels.length, seed);
  return (step) => {
    const indices = pictures(step, samples);
    const flip = horizontalFlip ? counterRandom(seed, STREAMS.flip, step).uniforms(samples).map((u) => (u < 0.5 ? 1 : 0)) : undefined;
    const dropped = counterRandom(seed, STREAMS.labelDropout, step).uniforms(samples);
    const x0 = toModelRange(data.images, indices, data, flip);
    const noise = counterRandom(seed, STREAMS.noise, step).normals(samples * each);
    const t = counterRandom(seed, STREAMS.timestep, step).integers(samples, config.timesteps);
    const y = dropLabels(indices.map((index) => data.labels[index]), (i) => dropped[i] < labelDropout, config.nullClass);
    return Array.from({ length: accumulate }, (_, micro) => {
      const [from, to] = [micro * batchSize, (micro + 1) * batchSize];
      return { x0: x0.slice(from * each, to * each), noise: noise.slice(from * each, to * each), t: t.slice(from, to), y: y.slice(from, to) };
    });
  };
}
