/** Trash: marking, taking back, erasing. Erasing names the files; whoever calls removes them after the rows are gone. */
import { TRASH_KINDS, type TrashKind } from '../../shared/entities';
import { AppError } from '../../shared/errors';
import { dependantsOf } from './dependants';
import { write, type Catalog } from './open';

/** Tables with a trash, by the kind of thing they hold. */
const TABLES = { dataset: 'datasets', run: 'runs', checkpoint: 'checkpoints', learngene: 'learngenes', export: 'exports' } as const satisfies Record<TrashKind, string>;
const NAMES: Record<TrashKind, string> = { dataset: 'name', run: 'name', checkpoint: 'name', learngene: 'name', export: "format || ' of ' || (SELECT name FROM checkpoints WHERE id = exports.checkpoint_id)" };

export interface TrashItem {
  id: string;
  kind: TrashKind;
  name: string;
  trashedAt: number | null;
}

const select = (kind: TrashKind) => `SELECT id, '${kind}' AS kind, ${NAMES[kind]} AS name, trashed_at AS trashedAt FROM ${TABLES[kind]}`;

/** Throws `not-found`. */
export function locate(catalog: Catalog, id: string): TrashItem {
  for (const kind of TRASH_KINDS) {
    const item = catalog.prepare(`${select(kind)} WHERE id = ?`).get(id) as TrashItem | undefined;
    if (item) return item;
  }
  throw new AppError('not-found', `Nothing in the catalogue has the id “${id}”.`, { field: 'ids' });
}

/** Everything that is in the trash, what was put there last first. */
export function listTrashed(catalog: Catalog): TrashItem[] {
  return catalog.prepare(`SELECT * FROM (${TRASH_KINDS.map((kind) => `${select(kind)} WHERE trashed_at IS NOT NULL`).join(' UNION ALL ')}) ORDER BY trashedAt DESC, id`).all() as TrashItem[];
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

/**
 * Removes the rows of trashed things, all or none. Throws `conflict` for one that is not in the trash, and for one whose files
 * something that is not erased with it still needs.
 */
export function eraseRows(catalog: Catalog, ids: readonly string[]): TrashItem[] {
  return write(catalog, () => {
    const items = ids.map((id) => locate(catalog, id));
    for (const item of items) assertErasable(catalog, item, new Set(ids));
    // What refers goes before what it refers to, so that no row vanishes before its own turn.
    const order: TrashKind[] = ['export', 'run', 'learngene', 'checkpoint', 'dataset'];
    for (const kind of order) for (const item of items) if (item.kind === kind) catalog.prepare(`DELETE FROM ${TABLES[kind]} WHERE id = ?`).run(item.id);
    return items;
  });
}

function assertErasable(catalog: Catalog, item: TrashItem, together: ReadonlySet<string>): void {
  if (item.trashedAt === null) throw new AppError('conflict', `${item.name} is not in the trash.`, { hint: 'Move it to the trash first.', field: 'ids' });
  const needed = dependantsOf(catalog, item.kind, item.id).filter(({ id, effect }) => effect === 'blocks' && !together.has(id));
  if (needed.length === 0) return;
  const names = needed.slice(0, 3).map(({ name }) => name).join(', ') + (needed.length > 3 ? ` and ${needed.length - 3} more` : '');
  throw new AppError('conflict', `${item.name} is still needed by ${names}.`, { cause: needed[0]!.detail, hint: 'Finish or cancel what needs it, or erase both together.', field: 'ids', details: needed });
}
