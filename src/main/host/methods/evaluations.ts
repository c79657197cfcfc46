import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { checkpoints, datasetOfCheckpoint, datasets, evaluations as table, getSettings, listEvaluations, newId } from '../../catalog';
import { refuseUnavailable } from '../available-backends';
import { prepareDataset } from '../builtin';
import type { HandlersOf } from '../context';
import { drawingKey, evaluationProblems } from '../evaluating';
import { assertReadable, assertWritable, discardTemporaries } from '../files';
import { refuse } from '../plan';

/** Folders of drawn pictures in use. */
const atWork = new Set<string>();

export const evaluations: HandlersOf<'evaluations'> = {
  'evaluations.list': ({ catalog }, filter) => listEvaluations(catalog, filter),
  'evaluations.get': ({ catalog }, { id }) => table.get(catalog, id, 'id'),
  'evaluations.create': async (context, params) => {
    const { catalog, events, home, tasks } = context;
    const checkpoint = checkpoints.get(catalog, params.checkpointId, 'checkpointId');
    const datasetId = params.datasetId ?? datasetOfCheckpoint(catalog, checkpoint.id);
    if (datasetId === null) throw new AppError('invalid-input', `It is not known what ${checkpoint.name} was trained on.`, { hint: 'Choose the dataset to compare its samples with.', field: 'datasetId' });
    const dataset = datasets.get(catalog, datasetId, 'datasetId');
    refuse(evaluationProblems(checkpoint, dataset, params));
    const settings = getSettings(catalog);
    const backend = params.backend === 'auto' ? settings.backend : params.backend;
    await refuseUnavailable(context, backend, 'backend');
    const extractorFile = params.features === 'onnx' ? resolve(params.extractor!) : null;
    const rawFile = params.raw === undefined ? null : resolve(params.raw);
    if (extractorFile) await assertReadable(extractorFile, 'extractor');
    if (rawFile) await assertWritable(rawFile, 'raw');
    await prepareDataset(context, datasetId);

    const { features, samples, seed, sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, fixedVariance, useEma } = params;
    const workDir = home.evaluationDir(drawingKey(checkpoint, dataset, { ...params, backend }));
    if (atWork.has(workDir)) throw new AppError('conflict', 'The same pictures are being drawn for another evaluation.', { hint: 'Wait until it is done, or choose another seed.' });
    atWork.add(workDir);
    try {
      const drawing = tasks.run(
        {
          kind: 'evaluate', checkpointFile: home.absolute(checkpoint.file), datasetDir: home.datasetDir(datasetId), workDir, features, extractorFile, network: params.network ?? null, samples,
          classes: params.classes ?? null, sample: { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, fixedVariance, seed, useEma }, rawFile, backend, threads: settings.threads,
        },
        `Evaluate ${checkpoint.name}`, undefined, params.taskId,
      );
      const result = await drawing.catch(async (error: unknown) => {
        if (rawFile) await discardTemporaries(rawFile);
        throw error;
      });
      const evaluation = {
        ...result, id: newId('eval'), checkpointId: checkpoint.id, datasetId, featureKind: features, samples, seed, sampler, steps, guidanceScale,
        config: { guidanceChannels, eta, clipDenoised, fixedVariance, useEma, classes: params.classes ?? null, extractor: extractorFile, raw: rawFile }, createdAt: Date.now(),
      };
      table.insert(catalog, evaluation);
      events.publish({ type: 'evaluation', evaluation });
      // The drawn pictures have served; after a kill they are still there for the next try.
      await rm(workDir, { recursive: true, force: true });
      return evaluation;
    } finally {
      atWork.delete(workDir);
    }
  },
};
