/** Datasets. `prepared` is false for a set that is listed but whose images have not been unpacked yet. */
import { datasetSchema, type Dataset } from '../../shared/entities';
import { write, type Catalog } from './open';
import { Table } from './table';

export const datasets = new Table<Dataset>('datasets', datasetSchema, { noun: 'dataset', json: ['classes', 'skipped', 'mean', 'std'] });

export function listDatasets(catalog: Catalog): Dataset[] {
  return datasets.select(catalog, "WHERE trashed_at IS NULL ORDER BY kind = 'builtin' DESC, created_at DESC");
}

export function isPrepared(catalog: Catalog, id: string): boolean {
  return catalog.prepare('SELECT prepared FROM datasets WHERE id = ?').pluck().get(id) === 1;
}

export function setPrepared(catalog: Catalog, id: string, prepared: boolean): void {
  write(catalog, () => catalog.prepare('UPDATE datasets SET prepared = ? WHERE id = ?').run(prepared ? 1 : 0, id));
}
