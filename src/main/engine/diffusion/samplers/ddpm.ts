import { stepPrediction, type Diffusion } from '../gaussian';
import type { SamplerRun } from './types';

/** One ancestral step (Ho et al. 2020, algorithm 2); the last one adds no noise. */
export function ddpmStep(diffusion: Diffusion, index: number, x: Float32Array, output: Float32Array, options: { batch: number; clip: boolean; noise: Float32Array | null }): Float32Array {
  const { mean, logVariance } = stepPrediction(diffusion, index, x, output, options.batch, options.clip);
  const { noise } = options;
  if (index === 0 || !noise) return mean;
  return mean.map((value, i) => value + Math.exp(0.5 * logVariance[i]) * noise[i]);
}

/** Ancestral sampling over the whole process. */
export async function ddpm({ diffusion, x, batch, denoise, noise, clip, progress }: SamplerRun): Promise<Float32Array> {
  const { steps, timestepMap } = diffusion.schedule;
  let current = x;
  for (let index = steps - 1; index >= 0; index--) {
    const output = await denoise(current, timestepMap[index], index);
    current = ddpmStep(diffusion, index, current, output, { batch, clip, noise: index > 0 ? noise(steps - 1 - index) : null });
    progress?.(steps - index, steps);
  }
  return current;
}
