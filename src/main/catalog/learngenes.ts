/** Learngenes: the shared factors, each a file of its own. */
import { learngeneSchema, type Learngene } from '../../shared/entities';
import type { Catalog } from './open';
import { Table } from './table';

export const learngenes = new Table<Learngene>('learngenes', learngeneSchema, { noun: 'learngene', json: ['ranks', 'model', 'diffusion', 'carries', 'errors', 'warnings'] });

export function listLearngenes(catalog: Catalog, trashed: boolean): Learngene[] {
  return learngenes.select(catalog, `WHERE trashed_at IS ${trashed ? 'NOT NULL' : 'NULL'} ORDER BY created_at DESC, id`);
}
