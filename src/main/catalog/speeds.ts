/** How fast this machine trained before: the ground of every time estimate (shared/speed.ts). */
import type { Speed } from '../../shared/speed';
import { write, type Catalog } from './open';

export function recordSpeed(catalog: Catalog, runId: string, backend: string, macsPerStep: number, msPerStep: number): void {
  write(catalog, () => catalog.prepare('INSERT OR REPLACE INTO speeds (run_id, backend, macs_per_step, ms_per_step, measured_at) VALUES (?, ?, ?, ?, ?)').run(runId, backend, macsPerStep, msPerStep, Date.now()));
}

/** The newest measurements, newest first. */
export function measuredSpeeds(catalog: Catalog): Speed[] {
  const columns = 'runs.kind, runs.steps, speeds.macs_per_step AS macsPerStep, speeds.ms_per_step AS msPerStep';
  return catalog.prepare(`SELECT ${columns} FROM speeds JOIN runs ON runs.id = speeds.run_id ORDER BY speeds.measured_at DESC LIMIT 500`).all() as Speed[];
}

/** Best sustained rate seen, in GFLOP/s (two operations per multiply-accumulate). */
export function measuredGflops(catalog: Catalog): number | null {
  return catalog.prepare('SELECT max(2 * macs_per_step / ms_per_step / 1e6) FROM speeds').pluck().get() as number | null;
}
