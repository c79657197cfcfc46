import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { datasets as table, listDatasets, newId } from '../../catalog';
import type { HandlersOf } from '../context';
import { discard } from '../files';

export const datasets: HandlersOf<'datasets'> = {
  'datasets.list': ({ catalog }) => listDatasets(catalog),
  'datasets.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'datasets.rename': ({ catalog, events }, { id, name }) => {
    table.get(catalog, id, 'id');
    table.update(catalog, id, { name });
    const dataset = table.get(catalog, id);
    events.publish({ type: 'dataset', dataset });
    return dataset;
  },
  /** A folder or a zip becomes a dataset, or nothing at all is left behind. */
  'datasets.add': async ({ catalog, events, home, tasks }, { path, size, name, taskId }) => {
    const source = resolve(path);
    const kind = await sourceKind(source);
    const id = newId('ds');
    const dir = home.datasetDir(id);
    const label = name ?? basename(source, kind === 'zip' ? extname(source) : '');
    try {
      const { previewFile, ...facts } = await tasks.run({ kind: 'dataset', datasetDir: dir, source, sourceKind: kind, name: label, size }, `Read the pictures of ${label}`, undefined, taskId);
      const dataset = { ...facts, id, name: label, kind, source, preview: home.relative(previewFile), createdAt: Date.now(), trashedAt: null };
      table.insert(catalog, dataset);
      events.publish({ type: 'dataset', dataset });
      return dataset;
    } catch (error) {
      await discard(dir);
      throw error;
    }
  },
};

async function sourceKind(source: string): Promise<'folder' | 'zip'> {
  let info;
  try {
    info = await stat(source);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(missing ? 'not-found' : 'invalid-input', missing ? `There is nothing at ${source}.` : `${source} cannot be read.`, { cause: missing ? undefined : (error as Error).message, hint: 'Give a folder with one sub-folder of pictures per class, a folder of pictures, or a zip of either.', field: 'path' });
  }
  if (info.isDirectory()) return 'folder';
  if (extname(source).toLowerCase() === '.zip') return 'zip';
  throw new AppError('invalid-input', `${source} is neither a folder nor a zip.`, { hint: 'Give a folder with one sub-folder of pictures per class, a folder of pictures, or a zip of either.', field: 'path' });
}
