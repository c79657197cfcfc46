import { type NoiseLevel, type StepRatio, boundedRatio, evaluateXStart, noiseLevel, publishedRatio } from './multistep';
import type { Sampler, SamplerRun } from './types';

interface Evaluation {
  xStart: Float32Array;
  level: NoiseLevel;
}

/**
 * UniPC of order 2 with B(h) = exp(h) - 1 on the predicted clean image (Zhao et al. 2023, arXiv 2302.04867, algorithms 5 to 8).
 * Each evaluation of the model first corrects the sample it was made at (UniC), then predicts the next one (UniP), so the
 * corrector costs nothing. The last step ends at the clean image and is of first order.
 */
async function solve(run: SamplerRun, ratioOf: StepRatio): Promise<Float32Array> {
  const { steps } = run.diffusion.schedule;
  let x = run.x;
  /** The sample that `current` leads on from, and the evaluations there and one step before. */
  let base: { x: Float32Array; now: Evaluation; before: Evaluation | null } | null = null;
  for (let index = steps - 1; index >= 0; index--) {
    const now: Evaluation = { xStart: await evaluateXStart(run, index, x), level: noiseLevel(run, index) };
    if (base !== null) x = correct(base.x, base.now, base.before, now);
    const before: Evaluation | null = base === null ? null : base.now;
    base = { x, now, before };
    x = predict(x, now, index === 0 ? null : before, noiseLevel(run, index - 1), ratioOf);
  }
  return x;
}

/** As published. */
export const unipc: Sampler = (run) => solve(run, publishedRatio);

/** With `boundedRatio` in the predictor; the corrector looks back and needs no bound. */
export const unipcBounded: Sampler = (run) => solve(run, boundedRatio);

/** UniP: from `now` to `to`, of second order when the evaluation before is given. */
function predict(x: Float32Array, now: Evaluation, before: Evaluation | null, to: NoiseLevel, ratioOf: StepRatio): Float32Array {
  const step = firstOrder(x, now, to);
  if (before === null) return step.x;
  const ratio = ratioOf(now.level.lambda - before.level.lambda, step.h);
  const weight = (step.gain * 0.5) / ratio;
  return step.x.map((value, i) => value - weight * (before.xStart[i] - now.xStart[i]));
}

/** UniC: the step from `now` to `next` again, with the evaluation that was made at its end. */
function correct(x: Float32Array, now: Evaluation, before: Evaluation | null, next: Evaluation): Float32Array {
  const step = firstOrder(x, now, next.level);
  if (before === null) {
    const weight = step.gain * 0.5;
    return step.x.map((value, i) => value + weight * (next.xStart[i] - now.xStart[i]));
  }
  // Coefficients (a, b) of the two differences solve a + b = b1 and ratio a + b = b2 (equation 9 with p = 2).
  const ratio = (before.level.lambda - now.level.lambda) / step.h;
  const { b1, b2 } = phiRatios(step.h);
  const a = (b1 - b2) / (1 - ratio);
  const b = b1 - a;
  const weightBefore = (step.gain * a) / ratio;
  const weightNext = step.gain * b;
  return step.x.map((value, i) => value + weightBefore * (before.xStart[i] - now.xStart[i]) + weightNext * (next.xStart[i] - now.xStart[i]));
}

/** The DDIM step, with the step length h in lambda and the gain -alpha (exp(-h) - 1) that all terms share. */
function firstOrder(x: Float32Array, now: Evaluation, to: NoiseLevel): { x: Float32Array; h: number; gain: number } {
  const h = to.lambda - now.level.lambda;
  const shrink = to.sigma / now.level.sigma;
  const gain = -to.alpha * Math.expm1(-h);
  return { x: x.map((value, i) => shrink * value + gain * now.xStart[i]), h, gain };
}

/** phi_2 and 2 phi_3 of -h over phi_1: the exact integrals of the first and second power of the step's time. */
function phiRatios(h: number): { b1: number; b2: number } {
  const phi1 = Math.expm1(-h);
  const phi2 = phi1 / -h - 1;
  const phi3 = phi2 / -h - 0.5;
  return { b1: phi2 / phi1, b2: (2 * phi3) / phi1 };
}
