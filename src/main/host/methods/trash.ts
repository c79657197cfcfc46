import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { eraseRows, getRun, listExports, listSamples, locate, setTrashed, type TrashItem } from '../../catalog';
import { BUILTIN_ID } from '../builtin';
import type { HandlersOf, HostContext } from '../context';

export const trash: HandlersOf<'trash'> = {
  'trash.move': async (context, { ids }) => {
    const items = ids.map((id) => locate(context.catalog, id));
    for (const item of items) assertMovable(context, item);
    const moved = setTrashed(context.catalog, ids, Date.now());
    announce(context, moved);
    return { moved: moved.map((item) => item.id), bytes: await bytesOf(items.flatMap((item) => filesOf(context, item))) };
  },
  'trash.restore': (context, { ids }) => {
    announce(context, setTrashed(context.catalog, ids, null));
    return { ok: true };
  },
  /** Rows first, files after: a kill in between leaves files without rows, never rows without files. */
  'trash.erase': async (context, { ids }) => {
    const files = ids.map((id) => locate(context.catalog, id)).flatMap((item) => filesOf(context, item));
    const bytes = await bytesOf(files);
    announce(context, eraseRows(context.catalog, ids));
    for (const file of files) await rm(file, { recursive: true, force: true });
    return { bytes };
  },
};

function assertMovable({ catalog }: HostContext, item: TrashItem): void {
  if (item.id === BUILTIN_ID) throw new AppError('conflict', 'The built-in dataset stays.', { field: 'ids' });
  if (item.kind !== 'run') return;
  const run = getRun(catalog, item.id);
  if (run.status === 'running' || run.status === 'queued') throw new AppError('conflict', `${run.name} is ${run.status}.`, { hint: 'Cancel it first.', field: 'ids' });
}

/** Absolute paths of what belongs to the item alone; exports into folders that a person chose are theirs. */
function filesOf({ catalog, home }: HostContext, item: TrashItem): string[] {
  const below = (path: string) => (home.relative(home.absolute(path)) === path ? [home.absolute(path)] : []);
  switch (item.kind) {
    case 'dataset': return [home.datasetDir(item.id)];
    case 'run': return [home.runDir(item.id), ...listSamples(catalog, { runId: item.id, limit: 100_000 }).flatMap((s) => below(s.file))];
    case 'checkpoint': return [home.checkpointFile(item.id), ...listSamples(catalog, { checkpointId: item.id, limit: 100_000 }).flatMap((s) => below(s.file)), ...listExports(catalog, item.id).flatMap((e) => below(e.dir))];
    case 'learngene': return [home.learngeneFile(item.id)];
    default: return item.kind satisfies never;
  }
}

async function bytesOf(files: readonly string[]): Promise<number> {
  let total = 0;
  for (const file of new Set(files)) total += await sizeOf(file);
  return total;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return info.size;
    const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function announce({ events }: HostContext, items: readonly TrashItem[]): void {
  for (const kind of new Set(items.map((item) => item.kind))) events.publish({ type: 'changed', what: `${kind}s` });
}
