/** Learns from a finished run how fast this machine trains. */
import type { Run } from '../../shared/entities';
import { speedOf } from '../../shared/speed';
import { recordSpeed, type Catalog } from '../catalog';

export function recordRunSpeed(catalog: Catalog, run: Run): void {
  const speed = speedOf(run);
  if (speed && run.backend !== null) recordSpeed(catalog, run.id, run.backend, speed.macsPerStep, speed.msPerStep);
}
