/** How long work takes on this machine, from the runs that it has done: one estimate for the host's plans and for the window. */
import type { DiTConfig, Ranks } from './config';
import type { Run, RunKind } from './entities';
import { factorisedForwardMacs, forwardMacs } from './sizes';

/** Steps below which start-up and first-touch costs would dominate; runs below the larger number count only while there is no longer one. */
export const MIN_STEPS = 20;
const ENOUGH_STEPS = 100;
/** Steps so many times smaller than those asked for are mostly overhead and tell nothing of them, where the machine's rate is known. */
const FAR = 8;

/** What a training step computes. */
export interface Work {
  kind: RunKind;
  model: DiTConfig;
  ranks: Ranks | null;
  train: { batchSize: number; accumulate: number };
}

/** One measurement: `steps` of a kind of work, sample grids and start-up included, as a person waits for them too. */
export interface Speed {
  kind: RunKind;
  steps: number;
  macsPerStep: number;
  msPerStep: number;
}

export interface Measured extends Speed {
  work: Work;
}

export function workOf(run: Run): Work | null {
  const { model, ranks = null, train } = run.config as { model?: DiTConfig; ranks?: Ranks | null; train?: { batchSize?: number; accumulate?: number } };
  return model && train?.batchSize ? { kind: run.kind, model, ranks, train: { batchSize: train.batchSize, accumulate: train.accumulate ?? 1 } } : null;
}

/** Multiply-accumulates of one training step; sigma alone needs no gradient of a matrix, which saves a third; a teacher is run forward. */
export function macsPerStep({ kind, model, ranks, train }: Work): number {
  const forward = ranks ? factorisedForwardMacs(model, ranks, train.batchSize) : forwardMacs(model);
  const teacher = kind === 'distill' ? forwardMacs(model) : 0;
  return ((kind === 'initialize' ? 2 : 3) * forward + teacher) * train.batchSize * train.accumulate;
}

/** The speed of a completed run that was long enough to tell one. */
export function speedOf(run: Run): Measured | null {
  const work = workOf(run);
  if (!work || run.status !== 'completed' || run.steps < MIN_STEPS || run.elapsedMs <= 0) return null;
  return { kind: run.kind, steps: run.steps, work, macsPerStep: macsPerStep(work), msPerStep: run.elapsedMs / run.steps };
}

export function measuredRuns(runs: readonly Run[]): Measured[] {
  return runs.flatMap((run) => speedOf(run) ?? []);
}

/**
 * Milliseconds for this many multiply-accumulates of a kind of work, at a rate read off between the measured runs next smaller and
 * next larger (larger steps use the machine better; of equal ones the first given counts), before the first run, and far above all
 * of them, at the machine's rate. Null when nothing is known. Runs that tune sigma alone count for such work, for other work only when there is nothing else.
 */
export function estimateMs(macs: number, kind: RunKind, measured: readonly Speed[], gflops: number | null = null): number | null {
  const long = measured.filter((m) => m.steps >= ENOUGH_STEPS);
  const telling = long.length > 0 ? long : measured;
  const alike = telling.filter((m) => (m.kind === 'initialize') === (kind === 'initialize'));
  const known = (alike.length > 0 ? alike : telling).toSorted((a, b) => a.macsPerStep - b.macsPerStep);
  const farFromAll = known.every((m) => m.macsPerStep * FAR < macs);
  if (farFromAll && gflops) return (2 * macs) / (gflops * 1e6);
  if (known.length === 0) return null;
  const above = known.find((m) => m.macsPerStep >= macs) ?? known.at(-1)!;
  const below = known.findLast((m) => m.macsPerStep <= macs) ?? known[0];
  const rate = (m: Speed) => m.macsPerStep / m.msPerStep;
  const span = Math.log(above.macsPerStep / below.macsPerStep);
  const share = span > 0 ? Math.min(1, Math.max(0, Math.log(macs / below.macsPerStep) / span)) : 0;
  return macs / (rate(below) * (rate(above) / rate(below)) ** share);
}

/** Milliseconds of one training step. */
export function estimateStepMs(work: Work, measured: readonly Speed[], gflops: number | null = null): number | null {
  return estimateMs(macsPerStep(work), work.kind, measured, gflops);
}

/** Where half of the test step's rate is reached: narrow layers leave much of a machine idle. Read off the runs that docs/performance.md and the demo report. */
const HALF_RATE_WIDTH = 256;

/** GFLOP/s that training a model reaches, roughly, on a machine that reached `testStep` in the test step of the backends. */
export function roughGflops(testStep: number | null, { hiddenSize }: Pick<DiTConfig, 'hiddenSize'>): number | null {
  return testStep === null ? null : (testStep * hiddenSize) / (hiddenSize + HALF_RATE_WIDTH);
}

/** Multiply-accumulates of drawing pictures: a forward pass per step and picture, two with guidance. @param steps as "50" or "ddim25" */
export function drawingMacs(model: DiTConfig, ranks: Ranks | null, { samples, steps, guidanceScale }: { samples: number; steps: string; guidanceScale: number }): number {
  const forward = ranks ? factorisedForwardMacs(model, ranks, DRAWN_AT_ONCE) : forwardMacs(model);
  return samples * Number(steps.replace('ddim', '')) * (guidanceScale === 1 ? 1 : 2) * forward;
}

/** Pictures whose forward passes share the rebuilding of weights. */
const DRAWN_AT_ONCE = 32;
