import { basename, resolve } from 'node:path';
import { checkpoints as table, getSettings, listCheckpoints, newId } from '../../catalog';
import { refuseUnavailable } from '../available-backends';
import type { HandlersOf } from '../context';
import { assertReadable, assertWritable, discard, discardTemporaries } from '../files';
import { checkpointFromFacts } from '../finished';

export const checkpoints: HandlersOf<'checkpoints'> = {
  'checkpoints.list': ({ catalog }, filter) => listCheckpoints(catalog, filter),
  'checkpoints.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'checkpoints.rename': ({ catalog, events }, { id, name }) => {
    table.get(catalog, id, 'id');
    table.update(catalog, id, { name });
    const checkpoint = table.get(catalog, id);
    events.publish({ type: 'checkpoint', checkpoint });
    return checkpoint;
  },
  'checkpoints.import': async ({ catalog, events, home, tasks }, { file, configFile, config, name, taskId }) => {
    const sourceFile = resolve(file);
    await assertReadable(sourceFile, 'file');
    if (configFile !== undefined) await assertReadable(resolve(configFile), 'configFile');
    const id = newId('ckpt');
    const checkpointFile = home.checkpointFile(id);
    try {
      const result = await tasks.run({ kind: 'import', sourceFile, configFile: configFile === undefined ? null : resolve(configFile), config: config ?? null, checkpointFile }, `Import ${basename(sourceFile)}`, undefined, taskId);
      const checkpoint = checkpointFromFacts(result.checkpoint, { id, name: name ?? basename(sourceFile, '.safetensors'), runId: null, datasetId: null, learngeneId: null, origin: 'import', file: home.relative(checkpointFile), createdAt: Date.now() });
      table.insert(catalog, checkpoint);
      events.publish({ type: 'checkpoint', checkpoint });
      return checkpoint;
    } catch (error) {
      await discard(checkpointFile);
      throw error;
    }
  },
  'checkpoints.forward': async (context, { checkpointId, inputs, out, useEma, backend, taskId }) => {
    const { catalog, home, tasks } = context;
    const checkpoint = table.get(catalog, checkpointId, 'checkpointId');
    const [inputsFile, outFile] = [resolve(inputs), resolve(out)];
    await assertReadable(inputsFile, 'inputs');
    await assertWritable(outFile, 'out');
    await refuseUnavailable(context, backend, 'backend');
    try {
      const { shape } = await tasks.run({ kind: 'forward', checkpointFile: home.absolute(checkpoint.file), inputsFile, outFile, useEma, backend, threads: getSettings(catalog).threads }, `Forward pass of ${checkpoint.name}`, undefined, taskId);
      return { out: outFile, shape };
    } catch (error) {
      await discardTemporaries(outFile);
      throw error;
    }
  },
  'checkpoints.analyse': ({ catalog, home, tasks }, { ids, taskId }) => {
    const files = ids.map((id) => home.absolute(table.get(catalog, id, 'ids').file));
    return tasks.run({ kind: 'analyse', checkpointFiles: files }, `Analyse sigma of ${ids.length} checkpoint${ids.length === 1 ? '' : 's'}`, undefined, taskId);
  },
};
