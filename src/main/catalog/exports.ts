/** Exports: files written for use elsewhere, with the parity report made on the spot. */
import { exportSchema, type ExportRecord } from '../../shared/entities';
import type { Catalog } from './open';
import { Table } from './table';

export const exportsTable = new Table<ExportRecord>('exports', exportSchema, { noun: 'export', json: ['files', 'parity'] });

export function listExports(catalog: Catalog, checkpointId?: string): ExportRecord[] {
  if (checkpointId === undefined) return exportsTable.select(catalog, 'ORDER BY created_at DESC, id');
  return exportsTable.select(catalog, 'WHERE checkpoint_id = ? ORDER BY created_at DESC, id', checkpointId);
}
