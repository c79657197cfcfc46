/** What the multistep solvers of the diffusion ODE share: the noise level in the variables of Lu et al. 2022, section 3. */
import { predictXStart, splitOutput } from '../gaussian';
import type { SamplerRun } from './types';

export interface NoiseLevel {
  /** Factors of the clean image and of the noise: x = alpha x0 + sigma eps. */
  alpha: number;
  sigma: number;
  /** Half the logarithm of the signal-to-noise ratio, log(alpha / sigma); infinite without noise. */
  lambda: number;
}

/** Level of each index of the process; index -1 is the clean image. */
export function noiseLevel(run: SamplerRun, index: number): NoiseLevel {
  const kept = index < 0 ? 1 : run.diffusion.schedule.alphasCumprod[index];
  const alpha = Math.sqrt(kept);
  const sigma = Math.sqrt(1 - kept);
  return { alpha, sigma, lambda: Math.log(alpha) - Math.log(sigma) };
}

/** One evaluation of the model, as a prediction of the clean image. */
export async function evaluateXStart(run: SamplerRun, index: number, x: Float32Array): Promise<Float32Array> {
  const output = await run.denoise(x, run.diffusion.schedule.timestepMap[index], index);
  const { prediction } = splitOutput(output, run.batch, x.length / run.batch);
  const xStart = predictXStart(run.diffusion, index, x, prediction, run.clip);
  const { steps } = run.diffusion.schedule;
  run.progress?.(steps - index, steps);
  return xStart;
}

/**
 * Length in lambda of the step before relative to the coming one: over what distance the solvers saw the prediction change, and
 * how far they take that change on.
 */
export type StepRatio = (stepBefore: number, step: number) => number;

/** As published. */
export const publishedRatio: StepRatio = (stepBefore, step) => stepBefore / step;

/**
 * Taken as at least 1. Evenly spread timesteps make the steps in lambda grow towards the clean image, the last ones several times,
 * and the published formulas then extrapolate over far more than the distance that was observed. On a small trained model the
 * bound halves the distance to the exact solution from 8 to 30 steps (docs/decisions.md).
 */
export const boundedRatio: StepRatio = (stepBefore, step) => Math.max(stepBefore / step, 1);
