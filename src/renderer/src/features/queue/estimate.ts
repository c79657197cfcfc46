/** When waiting work will be done, from what this machine did before. */
import type { Run } from '@shared/entities';
import { estimateStepMs, type Speed, workOf } from '@shared/speed';

/** Milliseconds that the rest of a run will take; null before anything of the kind was measured. */
export function msOfWork(run: Run, measured: readonly Speed[]): number | null {
  const work = workOf(run);
  const perStep = work && estimateStepMs(work, measured);
  return perStep === null ? null : perStep * Math.max(0, run.steps - run.step);
}

/** The sum, as far as it is known. */
export function totalMs(parts: readonly (number | null)[]): { ms: number; unknown: number } {
  return { ms: parts.reduce<number>((sum, part) => sum + (part ?? 0), 0), unknown: parts.filter((part) => part === null).length };
}
