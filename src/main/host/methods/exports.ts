import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { checkpoints, exportsTable, listExports, newId } from '../../catalog';
import type { HandlersOf } from '../context';

export const exports: HandlersOf<'exports'> = {
  'exports.list': ({ catalog }, { checkpointId }) => listExports(catalog, checkpointId),
  'exports.get': ({ catalog }, { id }) => exportsTable.get(catalog, id, 'id'),
  'exports.create': async ({ catalog, events, home, tasks }, { checkpointId, format, precision, form, useEma, dir, taskId }) => {
    const checkpoint = checkpoints.get(catalog, checkpointId, 'checkpointId');
    const id = newId('exp');
    const target = dir === undefined ? home.exportDir(id) : resolve(dir);
    // Files come to their place together when all are checked; a folder that was there may hold other things, which stay.
    const partial = join(target, `.${id}.partial`);
    let made: string | undefined;
    try {
      made = await mkdir(target, { recursive: true });
      await mkdir(partial);
    } catch (error) {
      throw new AppError('invalid-input', `The folder ${target} cannot be made.`, { cause: (error as Error).message, hint: 'Choose another folder.', field: 'dir' });
    }
    try {
      const result = await tasks.run({ kind: 'export', checkpointFile: home.absolute(checkpoint.file), dir: partial, format, precision, form, useEma }, `Export ${checkpoint.name} as ${format}`, undefined, taskId);
      for (const name of await readdir(partial)) await rename(join(partial, name), join(target, name));
      const record = { ...result, id, checkpointId, format, precision, dir: home.relative(target), createdAt: Date.now(), trashedAt: null };
      exportsTable.insert(catalog, record);
      events.publish({ type: 'export', export: record });
      return record;
    } catch (error) {
      if (made !== undefined) await rm(made, { recursive: true, force: true });
      throw error;
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  },
};
