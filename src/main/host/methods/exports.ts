import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { checkpoints, exportsTable, listExports, newId } from '../../catalog';
import type { HandlersOf } from '../context';

export const exports: HandlersOf<'exports'> = {
  'exports.list': ({ catalog }, { checkpointId }) => listExports(catalog, checkpointId),
  'exports.create': async ({ catalog, events, home, tasks }, { checkpointId, format, precision, form, useEma, dir }) => {
    const checkpoint = checkpoints.get(catalog, checkpointId, 'checkpointId');
    const id = newId('exp');
    const target = dir === undefined ? home.exportDir(id) : resolve(dir);
    let made: string | undefined;
    try {
      made = await mkdir(target, { recursive: true });
    } catch (error) {
      throw new AppError('invalid-input', `The folder ${target} cannot be made.`, { cause: (error as Error).message, hint: 'Choose another folder.', field: 'dir' });
    }
    try {
      const result = await tasks.run({ kind: 'export', checkpointFile: home.absolute(checkpoint.file), dir: target, format, precision, form, useEma }, `Export ${checkpoint.name} as ${format}`);
      const record = { ...result, id, checkpointId, format, precision, dir: home.relative(target), createdAt: Date.now() };
      exportsTable.insert(catalog, record);
      events.publish({ type: 'export', export: record });
      return record;
    } catch (error) {
      // Only what was made here is removed; a folder that was there may hold other things.
      if (made !== undefined) await rm(made, { recursive: true, force: true });
      throw error;
    }
  },
};
