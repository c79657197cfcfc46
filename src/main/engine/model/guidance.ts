/** Classifier-free guidance (Ho & Salimans 2022) on a model's output in ordinary memory. */
import type { SampleConfig } from '../../../shared/config';

export interface GuidanceOptions {
  /** 1 is the conditional prediction alone. */
  scale: number;
  /**
   * `three`: only the first three channels of the output are guided, as in the official DiT: also when there are four, and when a
   * picture has fewer, so that the next one is of the variance. `all`: every predicted channel, never the variance.
   */
  channels: SampleConfig['guidanceChannels'];
  inChannels: number;
}

/**
 * Guides `output` [2M, Cout, H, W], whose first half was predicted with classes and whose second half with the null class, both
 * for the same images: prediction = null + scale (conditional - null). Both halves of the result hold the guided channels;
 * all others (unguided and variance channels) pass through. A new array.
 */
export function guide(output: Float32Array, batch: number, outChannels: number, { scale, channels, inChannels }: GuidanceOptions): Float32Array {
  if (batch % 2 !== 0) throw new Error(`Guidance needs an even batch of two halves; this one has ${batch}.`);
  const sample = output.length / batch;
  const guided = channels === 'all' ? inChannels : Math.min(3, outChannels);
  const length = (sample / outChannels) * guided;
  const half = output.length / 2;
  const result = Float32Array.from(output);
  for (let start = 0; start < half; start += sample) {
    for (let i = start; i < start + length; i++) {
      const value = output[half + i] + scale * (output[i] - output[half + i]);
      result[i] = value;
      result[half + i] = value;
    }
  }
  return result;
}

/**
 * A model evaluation with guidance for M images from one without for 2M: doubles the images, pairs `classes` with the null class,
 * and gives the guided first half. `forward` gets x [2M, C, H, W] and y [2M].
 */
export function guidedForward(
  forward: (x: Float32Array, timestep: number, y: Int32Array) => Promise<Float32Array>,
  classes: readonly number[],
  nullClass: number,
  outChannels: number,
  options: GuidanceOptions,
): (x: Float32Array, timestep: number) => Promise<Float32Array> {
  const M = classes.length;
  const y = Int32Array.from([...classes, ...classes.map(() => nullClass)]);
  return async (x, timestep) => {
    const doubled = new Float32Array(2 * x.length);
    doubled.set(x);
    doubled.set(x, x.length);
    const output = await forward(doubled, timestep, y);
    return guide(output, 2 * M, outChannels, options).subarray(0, output.length / 2);
  };
}
