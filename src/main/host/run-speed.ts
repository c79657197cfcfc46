/** Learns from a finished run how fast this machine trains, sample grids and start-up included, as a person waits for them too. */
import type { Run } from '../../shared/entities';
import { recordSpeed, type Catalog } from '../catalog';
import { macsPerStep } from './plan';
import { frozenConfig } from './run-jobs';

/** Steps below which start-up and first-touch costs would dominate. */
const MIN_STEPS = 20;

export function recordRunSpeed(catalog: Catalog, run: Run): void {
  if (run.status !== 'completed' || run.steps < MIN_STEPS || run.backend === null) return;
  recordSpeed(catalog, run.id, run.backend, macsPerStep(frozenConfig(run)), run.elapsedMs / run.steps);
}
