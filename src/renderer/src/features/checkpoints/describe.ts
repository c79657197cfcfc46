import type { Sample } from '@shared/entities';

/** The field's `ddim25` is 25 steps, spaced as in DDIM's own code. */
export const stepsText = (steps: string) => (steps.startsWith('ddim') ? `${steps.slice(4)} steps (${steps})` : `${steps} steps`);

/** How a grid was drawn, in one line. */
export function describeSample({ config, step }: Sample): string {
  const { sampler, steps, guidanceScale, seed } = config as { sampler?: string; steps?: string; guidanceScale?: number; seed?: number };
  return [step !== null && `step ${step.toLocaleString('en')}`, sampler?.toUpperCase(), steps !== undefined && stepsText(steps), guidanceScale !== undefined && `guidance ${guidanceScale}`, seed !== undefined && `seed ${seed}`].filter(Boolean).join(', ');
}
