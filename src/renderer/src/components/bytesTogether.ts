import type { TrashEntry } from '@shared/entities';

/** Bytes of several things in the trash: what goes along with one of them and is one of them itself counts once. */
export function bytesTogether(entries: readonly TrashEntry[]): number {
  const own = new Map(entries.map((e) => [e.id, e.bytes]));
  const along = new Set(entries.flatMap((e) => e.dependants).filter((d) => d.effect === 'erased').map((d) => d.id));
  return entries.reduce((sum, e) => sum + e.bytes, 0) - [...along].reduce((sum, id) => sum + (own.get(id) ?? 0), 0);
}
