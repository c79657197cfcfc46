import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { checkpoints as table, getSettings, listCheckpoints, newId } from '../../catalog';
import type { HandlersOf } from '../context';
import { assertReadable, assertWritable } from '../files';
import { checkpointFromFacts } from '../finished';

export const checkpoints: HandlersOf<'checkpoints'> = {
  'checkpoints.list': ({ catalog }, filter) => listCheckpoints(catalog, filter),
  'checkpoints.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'checkpoints.import': async ({ catalog, events, home, tasks }, { file, configFile, config, name }) => {
    const sourceFile = resolve(file);
    await assertReadable(sourceFile, 'file');
    if (configFile !== undefined) await assertReadable(resolve(configFile), 'configFile');
    const id = newId('ckpt');
    const checkpointFile = home.checkpointFile(id);
    try {
      const result = await tasks.run({ kind: 'import', sourceFile, configFile: configFile === undefined ? null : resolve(configFile), config: config ?? null, checkpointFile }, `Import ${basename(sourceFile)}`);
      const checkpoint = checkpointFromFacts(result.checkpoint, { id, name: name ?? basename(sourceFile, '.safetensors'), runId: null, datasetId: null, learngeneId: null, origin: 'import', file: home.relative(checkpointFile), createdAt: Date.now() });
      table.insert(catalog, checkpoint);
      events.publish({ type: 'checkpoint', checkpoint });
      return checkpoint;
    } catch (error) {
      await rm(checkpointFile, { force: true });
      throw error;
    }
  },
  'checkpoints.forward': async ({ catalog, home, tasks }, { checkpointId, inputs, out, useEma, backend }) => {
    const checkpoint = table.get(catalog, checkpointId, 'checkpointId');
    const [inputsFile, outFile] = [resolve(inputs), resolve(out)];
    await assertReadable(inputsFile, 'inputs');
    await assertWritable(outFile, 'out');
    const { shape } = await tasks.run({ kind: 'forward', checkpointFile: home.absolute(checkpoint.file), inputsFile, outFile, useEma, backend, threads: getSettings(catalog).threads }, `Forward pass of ${checkpoint.name}`);
    return { out: outFile, shape };
  },
  'checkpoints.analyse': ({ catalog, home, tasks }, { ids }) => {
    const files = ids.map((id) => home.absolute(table.get(catalog, id, 'ids').file));
    return tasks.run({ kind: 'analyse', checkpointFiles: files }, `Analyse sigma of ${ids.length} checkpoint${ids.length === 1 ? '' : 's'}`);
  },
};
