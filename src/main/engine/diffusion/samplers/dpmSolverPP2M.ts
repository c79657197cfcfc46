import { type StepRatio, boundedRatio, evaluateXStart, noiseLevel, publishedRatio } from './multistep';
import type { Sampler, SamplerRun } from './types';

/**
 * DPM-Solver++(2M) (Lu et al. 2022b, arXiv 2211.01095, algorithm 2): second-order multistep solver of the diffusion ODE in
 * terms of the predicted clean image. The first and the last step are of first order, which is DDIM; the last one ends at the
 * clean image, where the second-order formula has no finite step.
 */
async function solve(run: SamplerRun, ratioOf: StepRatio): Promise<Float32Array> {
  const { steps } = run.diffusion.schedule;
  let x = run.x;
  let before: { xStart: Float32Array; lambda: number } | null = null;
  for (let index = steps - 1; index >= 0; index--) {
    const xStart = await evaluateXStart(run, index, x);
    const from = noiseLevel(run, index);
    const to = noiseLevel(run, index - 1);
    const h = to.lambda - from.lambda;
    const shrink = to.sigma / from.sigma;
    const gain = -to.alpha * Math.expm1(-h);
    if (before === null || index === 0) {
      x = x.map((value, i) => shrink * value + gain * xStart[i]);
    } else {
      const ratio = ratioOf(from.lambda - before.lambda, h);
      const previous = before.xStart;
      const extra = 1 / (2 * ratio);
      x = x.map((value, i) => shrink * value + gain * ((1 + extra) * xStart[i] - extra * previous[i]));
    }
    before = { xStart, lambda: from.lambda };
  }
  return x;
}

/** As published. */
export const dpmSolverPP2M: Sampler = (run) => solve(run, publishedRatio);

/** With `boundedRatio`. */
export const dpmSolverPP2MBounded: Sampler = (run) => solve(run, boundedRatio);
