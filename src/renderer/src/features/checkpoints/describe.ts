import type { Sample } from '@shared/entities';

/** A number of steps, or the field's word for a spacing such as `ddim25`. */
export const stepsText = (steps: string) => (steps.startsWith('ddim') ? `steps ${steps}` : `${steps} steps`);

/** How a grid was drawn, in one line. */
export function describeSample({ config, step }: Sample): string {
  const { sampler, steps, guidanceScale, seed } = config as { sampler?: string; steps?: string; guidanceScale?: number; seed?: number };
  return [step !== null && `step ${step.toLocaleString('en')}`, sampler?.toUpperCase(), steps !== undefined && stepsText(steps), guidanceScale !== undefined && `guidance ${guidanceScale}`, seed !== undefined && `seed ${seed}`].filter(Boolean).join(', ');
}
