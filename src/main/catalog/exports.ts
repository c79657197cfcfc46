/** Exports: files written for use elsewhere, with the parity report made on the spot. */
import { exportSchema, type ExportRecord } from '../../shared/entities';
import type { Catalog } from './open';
import { Table } from './table';

export const exportsTable = new Table<ExportRecord>('exports', exportSchema, { noun: 'export', json: ['files', 'parity'] });

/** Newest first; those in the trash are left out unless asked for. */
export function listExports(catalog: Catalog, checkpointId?: string, { withTrashed = false } = {}): ExportRecord[] {
  const trash = withTrashed ? '' : 'AND trashed_at IS NULL';
  if (checkpointId === undefined) return exportsTable.select(catalog, `WHERE true ${trash} ORDER BY created_at DESC, id`);
  return exportsTable.select(catalog, `WHERE checkpoint_id = ? ${trash} ORDER BY created_at DESC, id`, checkpointId);
}
