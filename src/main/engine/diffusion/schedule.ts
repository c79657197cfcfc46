/**
 * Noise schedules and the tables of the forward process and its posterior (Ho et al. 2020, equations 4 to 7; Nichol & Dhariwal
 * 2021, equation 17), in float64. Index 0 is the least noisy step.
 */
import type { DiffusionConfig } from '../../../shared/config';
import { AppError } from '../../../shared/errors';

export interface Schedule {
  /** Number of steps of this process. */
  steps: number;
  /** Step of the full process that each index stands for; what the model is told. */
  timestepMap: Int32Array;
  betas: Float64Array;
  alphasCumprod: Float64Array;
  alphasCumprodPrev: Float64Array;
  alphasCumprodNext: Float64Array;
  sqrtAlphasCumprod: Float64Array;
  sqrtOneMinusAlphasCumprod: Float64Array;
  logOneMinusAlphasCumprod: Float64Array;
  sqrtRecipAlphasCumprod: Float64Array;
  sqrtRecipm1AlphasCumprod: Float64Array;
  posteriorVariance: Float64Array;
  /** Its logarithm; the first entry, which would be -infinity, repeats the second. */
  posteriorLogVarianceClipped: Float64Array;
  posteriorMeanCoef1: Float64Array;
  posteriorMeanCoef2: Float64Array;
}

const REFERENCE_STEPS = 1000;
const LARGEST_BETA = 0.999;

/** Variances added in each step of a process of `steps` steps. Throws `invalid-input` for a linear process so short that one would exceed 1. */
export function noiseBetas(schedule: DiffusionConfig['schedule'], steps: number): Float64Array {
  switch (schedule) {
    case 'linear': {
      // The ends are those of a process of 1000 steps, scaled so that any number of steps ends at about the same noise.
      const scale = REFERENCE_STEPS / steps;
      const [first, last] = [scale * 1e-4, scale * 0.02];
      if (last > 1) throw new AppError('invalid-input', `The linear process needs at least ${REFERENCE_STEPS * 0.02} steps; with ${steps} it would add more noise than a picture can hold.`, { hint: 'Choose more steps, or the squared cosine.', field: 'diffusion.timesteps' });
      const increment = steps > 1 ? (last - first) / (steps - 1) : 0;
      return Float64Array.from({ length: steps }, (_, i) => (i === steps - 1 && i > 0 ? last : first + i * increment));
    }
    case 'squaredcos_cap_v2': {
      const kept = (u: number): number => Math.cos((((u + 0.008) / 1.008) * Math.PI) / 2) ** 2;
      return Float64Array.from({ length: steps }, (_, i) => Math.min(1 - kept((i + 1) / steps) / kept(i / steps), LARGEST_BETA));
    }
    default:
      return schedule satisfies never;
  }
}

/** All tables of the process that adds `betas`. */
export function scheduleTables(betas: Float64Array, timestepMap: ArrayLike<number>): Schedule {
  const steps = betas.length;
  const table = (f: (i: number) => number): Float64Array => Float64Array.from({ length: steps }, (_, i) => f(i));

  let product = 1;
  const kept = table((i) => (product *= 1 - betas[i]));
  const keptBefore = table((i) => (i === 0 ? 1 : kept[i - 1]));
  const posteriorVariance = table((i) => (betas[i] * (1 - keptBefore[i])) / (1 - kept[i]));
  return {
    steps,
    timestepMap: Int32Array.from(timestepMap),
    betas,
    alphasCumprod: kept,
    alphasCumprodPrev: keptBefore,
    alphasCumprodNext: table((i) => (i === steps - 1 ? 0 : kept[i + 1])),
    sqrtAlphasCumprod: kept.map(Math.sqrt),
    sqrtOneMinusAlphasCumprod: kept.map((a) => Math.sqrt(1 - a)),
    logOneMinusAlphasCumprod: kept.map((a) => Math.log(1 - a)),
    sqrtRecipAlphasCumprod: kept.map((a) => Math.sqrt(1 / a)),
    sqrtRecipm1AlphasCumprod: kept.map((a) => Math.sqrt(1 / a - 1)),
    posteriorVariance,
    posteriorLogVarianceClipped: table((i) => Math.log(posteriorVariance[steps > 1 ? Math.max(i, 1) : i])),
    posteriorMeanCoef1: table((i) => (betas[i] * Math.sqrt(keptBefore[i])) / (1 - kept[i])),
    posteriorMeanCoef2: table((i) => ((1 - keptBefore[i]) * Math.sqrt(1 - betas[i])) / (1 - kept[i])),
  };
}

/**
 * The process that visits only `timesteps` (ascending) of the one with `betas`: its own betas are such that the kept signal at
 * the visited steps is unchanged (Nichol & Dhariwal 2021, section 4).
 */
export function respacedSchedule(betas: Float64Array, timesteps: readonly number[]): Schedule {
  const full = scheduleTables(betas, betas.map((_, i) => i));
  const own = Float64Array.from(timesteps, (t, i) => 1 - full.alphasCumprod[t] / (i === 0 ? 1 : full.alphasCumprod[timesteps[i - 1]]));
  return scheduleTables(own, timesteps);
}
