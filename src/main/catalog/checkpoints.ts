/** Checkpoints: finished models on disk, by whatever made them. */
import { checkpointSchema, type Checkpoint } from '../../shared/entities';
import type { Catalog } from './open';
import { Table } from './table';

export const checkpoints = new Table<Checkpoint>('checkpoints', checkpointSchema, { noun: 'checkpoint', json: ['model', 'ranks', 'diffusion', 'classNames'], boolean: ['hasEma'] });

export function listCheckpoints(catalog: Catalog, filter: { runId?: string; trashed: boolean }): Checkpoint[] {
  const trash = filter.trashed ? 'trashed_at IS NOT NULL' : 'trashed_at IS NULL';
  if (filter.runId === undefined) return checkpoints.select(catalog, `WHERE ${trash} ORDER BY created_at DESC, id`);
  return checkpoints.select(catalog, `WHERE ${trash} AND run_id = ? ORDER BY created_at DESC, id`, filter.runId);
}
