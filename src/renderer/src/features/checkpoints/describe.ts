import type { Sample } from '@shared/entities';

/** How a grid was drawn, in one line. */
export function describeSample({ config, step }: Sample): string {
  const { sampler, steps, guidanceScale, seed } = config as { sampler?: string; steps?: string; guidanceScale?: number; seed?: number };
  return [step !== null && `step ${step.toLocaleString('en')}`, sampler?.toUpperCase(), steps !== undefined && `${steps} steps`, guidanceScale !== undefined && `guidance ${guidanceScale}`, seed !== undefined && `seed ${seed}`].filter(Boolean).join(', ');
}
