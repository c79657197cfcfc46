/** How long work takes on this machine, from the runs that it has done: what the window estimates without asking the host. */
import type { DiTConfig, Ranks } from '@shared/config';
import type { Run } from '@shared/entities';
import { factorisedForwardMacs, forwardMacs } from '@shared/sizes';

/** Steps below which the start of a run would dominate. */
const MIN_STEPS = 20;

interface Work {
  model: DiTConfig;
  ranks: Ranks | null;
  batchSize: number;
  accumulate: number;
}

export interface Measured {
  run: Run;
  work: Work;
  macsPerStep: number;
  msPerStep: number;
}

export function workOf(run: Run): Work | null {
  const { model, ranks = null, train } = run.config as { model?: DiTConfig; ranks?: Ranks | null; train?: { batchSize?: number; accumulate?: number } };
  return model && train?.batchSize ? { model, ranks, batchSize: train.batchSize, accumulate: train.accumulate ?? 1 } : null;
}

/** Multiply-accumulates of one training step; sigma alone needs no gradient of a matrix, which saves a third. */
export function macsPerStep({ model, ranks, batchSize, accumulate }: Work, sigmaOnly = false): number {
  const forward = ranks ? factorisedForwardMacs(model, ranks, batchSize) : forwardMacs(model);
  return (sigmaOnly ? 2 : 3) * forward * batchSize * accumulate;
}

/** Completed runs that were long enough to tell a speed; of equal shapes the first given counts. */
export function measuredRuns(runs: readonly Run[]): Measured[] {
  return runs.flatMap((run) => {
    const work = workOf(run);
    if (!work || run.status !== 'completed' || run.steps < MIN_STEPS || run.elapsedMs <= 0) return [];
    return [{ run, work, macsPerStep: macsPerStep(work, run.kind === 'initialize'), msPerStep: run.elapsedMs / run.steps }];
  });
}

/**
 * Milliseconds for this many multiply-accumulates: at the rate of the measured run nearest in size, as larger steps use the
 * machine better; before the first run at the machine's rate, if that is known. Null when nothing is known.
 */
export function estimateMs(macs: number, measured: readonly Measured[], gflops: number | null = null): number | null {
  const distance = (m: Measured) => Math.abs(Math.log(m.macsPerStep / macs));
  const nearest = measured.reduce<Measured | null>((best, m) => (best && distance(best) <= distance(m) ? best : m), null);
  if (nearest) return (nearest.msPerStep * macs) / nearest.macsPerStep;
  return gflops ? (2 * macs) / (gflops * 1e6) : null;
}
