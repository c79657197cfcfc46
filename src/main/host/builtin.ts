/** The built-in dataset: listed from the start, unpacked on its first use. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors';
import { datasets, isPrepared, setPrepared, write } from '../catalog';
import type { HostContext } from './context';

export const BUILTIN_ID = 'builtin:emoji';
const FOLDER = 'emoji32';

const metaSchema = z.object({ name: z.string(), size: z.int(), channels: z.int(), source: z.string(), licence: z.string(), attribution: z.string(), classNames: z.array(z.string()).min(1), 
  /** One character per picture: its class in base 36. */
  labels: z.string().regex(/^[0-9a-z]+$/),
  /** Ascending indices, separated by spaces. */
  heldOut: z.string(),
});

const sourceDir = (context: HostContext) => join(context.resources, 'datasets', FOLDER);

/** Adds the row when it is missing. Counts come from the shipped description; statistics and preview follow with the unpacking. */
export function ensureBuiltinDataset(context: HostContext): void {
  const { catalog } = context;
  const file = join(sourceDir(context), 'meta.json');
  if (datasets.find(catalog, BUILTIN_ID) || !existsSync(file)) return;
  const meta = metaSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const counts = meta.classNames.map(() => 0);
  for (const label of meta.labels) counts[parseInt(label, 36)]!++;
  write(catalog, () => {
    datasets.insert(catalog, {
      id: BUILTIN_ID, name: meta.name, kind: 'builtin', source: `${meta.source}, ${meta.licence}`, size: meta.size, channels: meta.channels,
      space: 'pixels', scale: 1, decoder: null, images: meta.labels.length, heldOut: meta.heldOut.split(' ').filter(Boolean).length,
      classes: meta.classNames.map((name, i) => ({ name, images: counts[i]! })), skipped: [], mean: [], std: [], bytes: 0,
      preview: null, attribution: meta.attribution, createdAt: Date.now(), trashedAt: null,
    });
    setPrepared(catalog, BUILTIN_ID, false);
  });
}

const underWay = new WeakMap<HostContext, Map<string, Promise<void>>>();

/** Unpacks a dataset that is only listed so far; asked twice it is done once. */
export function prepareDataset(context: HostContext, id: string, signal?: AbortSignal): Promise<void> {
  if (isPrepared(context.catalog, id)) return Promise.resolve();
  const all = underWay.get(context) ?? new Map<string, Promise<void>>();
  underWay.set(context, all);
  let work = all.get(id);
  if (!work) {
    work = unpack(context, id, signal).finally(() => all.delete(id));
    all.set(id, work);
  }
  return work;
}

async function unpack(context: HostContext, id: string, signal?: AbortSignal): Promise<void> {
  const { catalog, home, tasks, events } = context;
  const dataset = datasets.get(catalog, id, 'datasetId');
  if (dataset.kind !== 'builtin') throw new AppError('conflict', `The dataset ${dataset.name} is not ready.`, { hint: 'Add it again.' });
  const result = await tasks.run({ kind: 'dataset', datasetDir: home.datasetDir(id), source: sourceDir(context), sourceKind: 'builtin', name: dataset.name, size: dataset.size }, `Prepare ${dataset.name}`, signal);
  const { previewFile, ...facts } = result;
  write(catalog, () => {
    datasets.update(catalog, id, { ...facts, preview: home.relative(previewFile) });
    setPrepared(catalog, id, true);
  });
  events.publish({ type: 'dataset', dataset: datasets.get(catalog, id) });
}
