/**
 * The Gaussian diffusion process on plain arrays: forward noising, and what a model's output says about the step before
 * (Ho et al. 2020; Nichol & Dhariwal 2021). Images are [B, C, H, W], row-major. Coefficients are rounded to float32 where they
 * meet data, as the official code does.
 */
import type { DiffusionConfig } from '../../../shared/config';
import { noiseBetas, respacedSchedule, type Schedule } from './schedule';
import { respacedTimesteps } from './respace';

/** `learned-range`: the model's second half interpolates the log-variance; the fixed ones are the bounds of Ho et al., section 3.2. */
export type Variance = 'learned-range' | 'fixed-large' | 'fixed-small';

export interface Diffusion {
  schedule: Schedule;
  prediction: DiffusionConfig['prediction'];
  variance: Variance;
  /** Length of the full process. */
  timesteps: number;
}

/** A process as configured; `respacing` as in `respacedTimesteps`. Without learned variance DiT uses the large fixed one. */
export function createDiffusion(config: DiffusionConfig, options: { learnSigma: boolean; respacing?: string; fixedVariance?: 'fixed-large' | 'fixed-small' }): Diffusion {
  const betas = noiseBetas(config.schedule, config.timesteps);
  return {
    schedule: respacedSchedule(betas, respacedTimesteps(config.timesteps, options.respacing ?? '')),
    prediction: config.prediction,
    variance: options.learnSigma ? 'learned-range' : (options.fixedVariance ?? 'fixed-large'),
    timesteps: config.timesteps,
  };
}

/** x_t of q(x_t | x_0) for given noise; `indices` holds one step of this process per sample. */
export function qSample(schedule: Schedule, xStart: Float32Array, indices: ArrayLike<number>, noise: Float32Array): Float32Array {
  const out = new Float32Array(xStart.length);
  const perSample = xStart.length / indices.length;
  for (let b = 0; b < indices.length; b++) {
    const signal = Math.fround(schedule.sqrtAlphasCumprod[indices[b]]);
    const spread = Math.fround(schedule.sqrtOneMinusAlphasCumprod[indices[b]]);
    for (let i = b * perSample; i < (b + 1) * perSample; i++) out[i] = signal * xStart[i] + spread * noise[i];
  }
  return out;
}

/** Mean of q(x_{t-1} | x_t, x_0) (Ho et al., equation 7). */
export function posteriorMean(schedule: Schedule, index: number, xStart: Float32Array, x: Float32Array): Float32Array {
  const a = Math.fround(schedule.posteriorMeanCoef1[index]);
  const b = Math.fround(schedule.posteriorMeanCoef2[index]);
  return xStart.map((value, i) => a * value + b * x[i]);
}

/** The model's channels apart: its prediction, and the variance channels when there are any; both [B, C, H, W]. */
export function splitOutput(output: Float32Array, batch: number, sampleSize: number): { prediction: Float32Array; variance: Float32Array | null } {
  const width = output.length / batch;
  if (width === sampleSize) return { prediction: output, variance: null };
  if (width !== 2 * sampleSize) throw new Error(`The model gave ${width} values per sample; ${sampleSize} or ${2 * sampleSize} were expected.`);
  const prediction = new Float32Array(batch * sampleSize);
  const variance = new Float32Array(batch * sampleSize);
  for (let b = 0; b < batch; b++) {
    prediction.set(output.subarray(b * width, b * width + sampleSize), b * sampleSize);
    variance.set(output.subarray(b * width + sampleSize, (b + 1) * width), b * sampleSize);
  }
  return { prediction, variance };
}

/** The clean image that a prediction implies, clipped to [-1, 1] when asked. */
export function predictXStart(diffusion: Diffusion, index: number, x: Float32Array, prediction: Float32Array, clip: boolean): Float32Array {
  const xStart = diffusion.prediction === 'x0' ? Float32Array.from(prediction) : xStartFromEpsilon(diffusion.schedule, index, x, prediction);
  if (clip) for (let i = 0; i < xStart.length; i++) xStart[i] = Math.min(Math.max(xStart[i], -1), 1);
  return xStart;
}

function xStartFromEpsilon(schedule: Schedule, index: number, x: Float32Array, epsilon: Float32Array): Float32Array {
  const a = Math.fround(schedule.sqrtRecipAlphasCumprod[index]);
  const b = Math.fround(schedule.sqrtRecipm1AlphasCumprod[index]);
  return x.map((value, i) => a * value - b * epsilon[i]);
}

/** The noise that leads from `xStart` to `x`. */
export function predictEpsilon(schedule: Schedule, index: number, x: Float32Array, xStart: Float32Array): Float32Array {
  const a = Math.fround(schedule.sqrtRecipAlphasCumprod[index]);
  const b = Math.fround(schedule.sqrtRecipm1AlphasCumprod[index]);
  return x.map((value, i) => (a * value - xStart[i]) / b);
}

/** Logarithms of the two ends between which a learned variance interpolates, and of the fixed choices. */
export function logVarianceBounds(schedule: Schedule): { small: Float64Array; large: Float64Array; fixedLarge: Float64Array } {
  const large = schedule.betas.map(Math.log);
  const fixedLarge = Float64Array.from(large);
  // The first beta is far below the posterior's second variance; taking the latter gives a better decoder at step 0.
  if (schedule.steps > 1) fixedLarge[0] = Math.log(schedule.posteriorVariance[1]);
  return { small: schedule.posteriorLogVarianceClipped, large, fixedLarge };
}

export interface StepPrediction {
  /** Mean of p(x_{t-1} | x_t). */
  mean: Float32Array;
  /** Its log-variance per element. */
  logVariance: Float32Array;
  xStart: Float32Array;
}

/** p(x_{t-1} | x_t) of step `index`, from the model's output [B, Cout, H, W] at `x` [B, C, H, W]. */
export function stepPrediction(diffusion: Diffusion, index: number, x: Float32Array, output: Float32Array, batch: number, clip: boolean): StepPrediction {
  const { prediction, variance } = splitOutput(output, batch, x.length / batch);
  const xStart = predictXStart(diffusion, index, x, prediction, clip);
  const bounds = logVarianceBounds(diffusion.schedule);
  const logVariance = new Float32Array(x.length);
  if (diffusion.variance === 'learned-range') {
    if (!variance) throw new Error('The process has a learned variance, but the model predicts none.');
    const small = Math.fround(bounds.small[index]);
    const large = Math.fround(bounds.large[index]);
    for (let i = 0; i < logVariance.length; i++) {
      const share = (variance[i] + 1) / 2;
      logVariance[i] = share * large + (1 - share) * small;
    }
  } else {
    logVariance.fill((diffusion.variance === 'fixed-large' ? bounds.fixedLarge : bounds.small)[index]);
  }
  return { mean: posteriorMean(diffusion.schedule, index, xStart, x), logVariance, xStart };
}
