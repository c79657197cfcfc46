import { predictEpsilon, predictXStart, splitOutput, type Diffusion } from '../gaussian';
import type { SamplerRun } from './types';

/** One step of DDIM (Song et al. 2021, equations 12 and 16) from `index` to the step before it. */
export function ddimStep(diffusion: Diffusion, index: number, x: Float32Array, output: Float32Array, options: { batch: number; clip: boolean; eta: number; noise: Float32Array | null }): Float32Array {
  const { schedule } = diffusion;
  const { prediction } = splitOutput(output, options.batch, x.length / options.batch);
  const xStart = predictXStart(diffusion, index, x, prediction, options.clip);
  // Recomputed rather than taken from the model, so that it agrees with a clipped image.
  const epsilon = predictEpsilon(schedule, index, x, xStart);
  // Rounded before 1 is taken off, as the official code does: near the clean end that moves the direction by 1e-4.
  const kept = Math.fround(schedule.alphasCumprod[index]);
  const keptNext = Math.fround(schedule.alphasCumprodPrev[index]);
  const sigma = options.eta * Math.sqrt((1 - keptNext) / (1 - kept)) * Math.sqrt(1 - kept / keptNext);
  const signal = Math.sqrt(keptNext);
  const direction = Math.sqrt(1 - keptNext - sigma ** 2);
  const next = xStart.map((value, i) => signal * value + direction * epsilon[i]);
  if (index > 0 && sigma > 0 && options.noise) for (let i = 0; i < next.length; i++) next[i] += sigma * options.noise[i];
  return next;
}

/** DDIM over the whole process; deterministic for eta 0. */
export async function ddim({ diffusion, x, batch, denoise, noise, clip, eta, progress }: SamplerRun): Promise<Float32Array> {
  const { steps, timestepMap } = diffusion.schedule;
  let current = x;
  for (let index = steps - 1; index >= 0; index--) {
    const output = await denoise(current, timestepMap[index], index);
    const stepNoise = eta > 0 && index > 0 ? noise(steps - 1 - index) : null;
    current = ddimStep(diffusion, index, current, output, { batch, clip, eta, noise: stepNoise });
    progress?.(steps - index, steps);
  }
  return current;
}
