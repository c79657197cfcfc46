import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportRecord } from '../../../shared/entities';
import { AppError } from '../../../shared/errors';
import { dependantsOf, eraseRows, exportsTable, getRun, listExports, listSamples, listTrashed, locate, setTrashed, type TrashItem } from '../../catalog';
import { BUILTIN_ID } from '../builtin';
import type { HandlersOf, HostContext } from '../context';

const ALL_SAMPLES = 100_000;
/** Of one thing; beyond that a person wants the number. */
const LISTED_DEPENDANTS = 50;

export const trash: HandlersOf<'trash'> = {
  'trash.list': async (context, { ids }) => {
    const items = ids ? ids.map((id) => locate(context.catalog, id)) : listTrashed(context.catalog);
    return Promise.all(
      items.map(async (item) => {
        const dependants = dependantsOf(context.catalog, item.kind, item.id);
        return { ...item, bytes: await bytesOf(filesOf(context, item)), dependants: dependants.slice(0, LISTED_DEPENDANTS), more: Math.max(0, dependants.length - LISTED_DEPENDANTS) };
      }),
    );
  },
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
    const unique = [...new Set(ids)];
    const files = unique.map((id) => locate(context.catalog, id)).flatMap((item) => filesOf(context, item));
    const bytes = await bytesOf(files);
    announce(context, eraseRows(context.catalog, unique));
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

/** Absolute paths of what belongs to the item alone; a file or folder whose place a person chose is theirs, wherever it is. */
function filesOf({ catalog, home }: HostContext, item: TrashItem): string[] {
  const grids = (of: { runId?: string; checkpointId?: string }) => listSamples(catalog, { ...of, limit: ALL_SAMPLES }).filter(({ id, file }) => file === home.relative(home.sampleFile(id))).map(({ file }) => home.absolute(file));
  const bundles = (of: ExportRecord[]) => of.filter(({ id, dir }) => dir === home.relative(home.exportDir(id))).map(({ dir }) => home.absolute(dir));
  switch (item.kind) {
    case 'dataset': return [home.datasetDir(item.id)];
    case 'run': return [home.runDir(item.id), ...grids({ runId: item.id })];
    case 'checkpoint': return [home.checkpointFile(item.id), ...grids({ checkpointId: item.id }), ...bundles(listExports(catalog, item.id, { withTrashed: true }))];
    case 'learngene': return [home.learngeneFile(item.id)];
    case 'export': return bundles([exportsTable.get(catalog, item.id)]);
    default: return item.kind satisfies never;
  }
}

/** What lies in several of the paths, such as a run's samples in its folder, counts once. */
async function bytesOf(paths: readonly string[]): Promise<number> {
  const files = new Map<string, number>();
  for (const path of new Set(paths)) await collect(path, files);
  return [...files.values()].reduce((sum, size) => sum + size, 0);
}

async function collect(path: string, files: Map<string, number>): Promise<void> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) files.set(path, info.size);
    else for (const name of await readdir(path)) await collect(join(path, name), files);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function announce({ events }: HostContext, items: readonly TrashItem[]): void {
  for (const kind of new Set(items.map((item) => item.kind))) events.publish({ type: 'changed', what: `${kind}s` });
}
