/** How long work takes on this machine, from the runs that it has done: what the window estimates without asking the host. */
import type { DiTConfig, Ranks } from '@shared/config';
import type { Run } from '@shared/entities';
import { factorisedForwardMacs, forwardMacs } from '@shared/sizes';

/** Steps below which the start and the end of a run would dominate; shorter runs count only while there is no longer one. */
const ENOUGH_STEPS = 100;
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
  const all = runs.flatMap((run) => {
    const work = workOf(run);
    if (!work || run.status !== 'completed' || run.steps < MIN_STEPS || run.elapsedMs <= 0) return [];
    return [{ run, work, macsPerStep: macsPerStep(work, run.kind === 'initialize'), msPerStep: run.elapsedMs / run.steps }];
  });
  const long = all.filter((m) => m.run.steps >= ENOUGH_STEPS);
  return long.length > 0 ? long : all;
}

/**
 * Milliseconds for this many multiply-accumulates, at a rate read off between the measured runs next smaller and next larger
 * (larger steps use the machine better), before the first run at the machine's rate. Null when nothing is known.
 * Runs that tune sigma alone count for such work, for other work only when there is nothing else.
 */
export function estimateMs(macs: number, measured: readonly Measured[], { gflops = null, sigmaOnly = false }: { gflops?: number | null; sigmaOnly?: boolean } = {}): number | null {
  const alike = measured.filter((m) => (m.run.kind === 'initialize') === sigmaOnly);
  const known = (alike.length > 0 ? alike : measured).toSorted((a, b) => a.macsPerStep - b.macsPerStep);
  if (known.length === 0) return gflops ? (2 * macs) / (gflops * 1e6) : null;
  const above = known.find((m) => m.macsPerStep >= macs) ?? known.at(-1)!;
  const below = known.findLast((m) => m.macsPerStep <= macs) ?? known[0];
  const rate = (m: Measured) => m.macsPerStep / m.msPerStep;
  const span = Math.log(above.macsPerStep / below.macsPerStep);
  const share = span > 0 ? Math.min(1, Math.max(0, Math.log(macs / below.macsPerStep) / span)) : 0;
  return macs / (rate(below) * (rate(above) / rate(below)) ** share);
}
