/** What a job may use of the process it runs in. */
import { AppError } from '../../../shared/errors';
import type { WorkerEvent } from '../../../shared/worker';

export interface JobContext {
  emit(event: WorkerEvent): void;
  /** Aborted when the person cancels; long work checks it at least once a step. */
  readonly signal: AbortSignal;
  /** True once the person asked for a pause; training saves its state and stops at the next step. */
  pauseRequested(): boolean;
}

export function throwIfCancelled(context: JobContext): void {
  if (context.signal.aborted) throw new AppError('cancelled', 'Cancelled.');
}

/** Progress events with rate and remaining time, at most ten a second; the last one always goes out. `already` was done before this process. */
export function progressReporter(context: JobContext, phase: string, total: number, already = 0): (done: number) => void {
  const start = performance.now();
  let last = 0;
  return (done) => {
    const now = performance.now();
    if (now - last < 100 && done < total) return;
    last = now;
    const perSecond = done > already ? ((done - already) / (now - start)) * 1000 : null;
    context.emit({ type: 'progress', phase, done, total, perSecond, etaMs: perSecond ? ((total - done) / perSecond) * 1000 : null });
  };
}
