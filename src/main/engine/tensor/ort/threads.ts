/** How many threads a run uses when nobody says, and how they wait. */
import { availableParallelism } from 'node:os';

/** One per core: a second hardware thread on a core adds nothing to matrix products. Few cores are taken as they are. */
export function defaultThreads(cores = availableParallelism(), arch: string = process.arch): number {
  return arch === 'x64' && cores > 4 ? Math.ceil(cores / 2) : cores;
}

export function threadsOf(options?: { threads?: number }): number {
  return options?.threads || defaultThreads();
}

/**
 * How the runtime's threads wait for the next operator, as part `session` of a session's configuration: awake for 100 microseconds, then
 * asleep, and asleep at once when a run ends. Waking a thread for each of a step's hundreds of operators costs more than the wait:
 * sigma-only steps take 0.92 of the time, dense ones 0.98 (hidden 256, idle machine); waiting for longer takes the processor
 * from others and gains nothing.
 */
export const WAITING = { intra_op: { allow_spinning: '1', spin_duration_us: '100' }, force_spinning_stop: '1' } as const;
