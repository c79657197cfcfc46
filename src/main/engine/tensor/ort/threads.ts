/** How many threads a run uses when nobody says. */
import { availableParallelism } from 'node:os';

/** One per core: a second hardware thread on a core adds nothing to matrix products. Few cores are taken as they are. */
export function defaultThreads(cores = availableParallelism(), arch: string = process.arch): number {
  return arch === 'x64' && cores > 4 ? Math.ceil(cores / 2) : cores;
}

export function threadsOf(options?: { threads?: number }): number {
  return options?.threads || defaultThreads();
}
