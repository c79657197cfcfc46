/** Trash: marking, taking back, erasing. Erasing names the files; whoever calls removes them after the rows are gone. */
import { AppError } from '../../shared/errors';
import { write, type Catalog } from './open';

/** Tables with a trash, by the kind of thing they hold. */
const TABLES = { dataset: 'datasets', run: 'runs', checkpoint: 'checkpoints', learngene: 'learngenes' } as const;
export type TrashKind = keyof typeof TABLES;

export interface TrashItem {
  id: string;
  kind: TrashKind;
  trashedAt: number | null;
}

/** Throws `not-found`. */
export function locate(catalog: Catalog, id: string): TrashItem {
  for (const kind of Object.keys(TABLES) as TrashKind[]) {
    const row = catalog.prepare(`SELECT trashed_at FROM ${TABLES[kind]} WHERE id = ?`).get(id) as { trashed_at: number | null } | undefined;
    if (row) return { id, kind, trashedAt: row.trashed_at };
  }
  throw new AppError('not-found', `Nothing in the catalogue has the id “${id}”.`, { field: 'ids' });
}

export function setTrashed(catalog: Catalog, ids: readonly string[], at: number | null): TrashItem[] {
  return write(catalog, () =>
    ids.map((id) => {
      const item = locate(catalog, id);
      catalog.prepare(`UPDATE ${TABLES[item.kind]} SET trashed_at = ? WHERE id = ?`).run(at, id);
      return { ...item, trashedAt: at };
    }),
  );
}

/** Removes the rows of trashed things. Throws `conflict` for one that is not in the trash. */
export function eraseRows(catalog: Catalog, ids: readonly string[]): TrashItem[] {
  return write(catalog, () =>
    ids.map((id) => {
      const item = locate(catalog, id);
      if (item.trashedAt === null) throw new AppError('conflict', `“${id}” is not in the trash.`, { hint: 'Move it to the trash first.', field: 'ids' });
      catalog.prepare(`DELETE FROM ${TABLES[item.kind]} WHERE id = ?`).run(id);
      return item;
    }),
  );
}
