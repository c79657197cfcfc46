/** When waiting work will be done, from what this machine did before. */
import type { Run } from '@shared/entities';
import { estimateStepMs, roughGflops, type Speed, workOf } from '@shared/speed';

/** Milliseconds that the rest of a run will take; null where nothing of this machine is known. @param testStep GFLOP/s of the test step, which stands in before the first run */
export function msOfWork(run: Run, measured: readonly Speed[], testStep: number | null = null): number | null {
  const work = workOf(run);
  const perStep = work && estimateStepMs(work, measured, roughGflops(testStep, work.model));
  return perStep === null ? null : perStep * Math.max(0, run.steps - run.step);
}

/** The sum, as far as it is known. */
export function totalMs(parts: readonly (number | null)[]): { ms: number; unknown: number } {
  return { ms: parts.reduce<number>((sum, part) => sum + (part ?? 0), 0), unknown: parts.filter((part) => part === null).length };
}
