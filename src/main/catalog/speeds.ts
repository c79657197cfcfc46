/** How fast this machine trained before: the ground of every time estimate. */
import { write, type Catalog } from './open';

export function recordSpeed(catalog: Catalog, runId: string, backend: string, macsPerStep: number, msPerStep: number): void {
  write(catalog, () => catalog.prepare('INSERT OR REPLACE INTO speeds (run_id, backend, macs_per_step, ms_per_step, measured_at) VALUES (?, ?, ?, ?, ?)').run(runId, backend, macsPerStep, msPerStep, Date.now()));
}

/**
 * Expected milliseconds of a step with this many multiply-accumulates: the rate of the measured run nearest in size, as larger
 * steps use the machine better. null before the first measurement.
 */
export function estimateMsPerStep(catalog: Catalog, macsPerStep: number): number | null {
  const rows = catalog.prepare('SELECT macs_per_step AS macs, ms_per_step AS ms FROM speeds ORDER BY measured_at DESC LIMIT 50').all() as { macs: number; ms: number }[];
  if (rows.length === 0) return null;
  const distance = (macs: number) => Math.abs(Math.log(macs / macsPerStep));
  const nearest = rows.reduce((best, row) => (distance(row.macs) < distance(best.macs) ? row : best));
  return (nearest.ms * macsPerStep) / nearest.macs;
}

/** Best sustained rate seen, in GFLOP/s (two operations per multiply-accumulate). */
export function measuredGflops(catalog: Catalog): number | null {
  return catalog.prepare('SELECT max(2 * macs_per_step / ms_per_step / 1e6) FROM speeds').pluck().get() as number | null;
}
