import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { checkpoints, datasetOfCheckpoint, datasets, evaluations as table, getSettings, listEvaluations, newId } from '../../catalog';
import { prepareDataset } from '../builtin';
import type { HandlersOf } from '../context';
import { drawingKey, evaluationProblems } from '../evaluating';
import { assertReadable, assertWritable } from '../files';
import { refuse } from '../plan';

export const evaluations: HandlersOf<'evaluations'> = {
  'evaluations.list': ({ catalog }, filter) => listEvaluations(catalog, filter),
  'evaluations.create': async (context, params) => {
    const { catalog, events, home, tasks } = context;
    const checkpoint = checkpoints.get(catalog, params.checkpointId, 'checkpointId');
    const datasetId = params.datasetId ?? datasetOfCheckpoint(catalog, checkpoint.id);
    if (datasetId === null) throw new AppError('invalid-input', `Nobody knows what ${checkpoint.name} was trained on.`, { hint: 'Choose the dataset to compare its samples with.', field: 'datasetId' });
    const dataset = datasets.get(catalog, datasetId, 'datasetId');
    refuse(evaluationProblems(checkpoint, dataset, params));
    const extractorFile = params.features === 'onnx' ? resolve(params.extractor!) : null;
    const rawFile = params.raw === undefined ? null : resolve(params.raw);
    if (extractorFile) await assertReadable(extractorFile, 'extractor');
    if (rawFile) await assertWritable(rawFile, 'raw');
    await prepareDataset(context, datasetId);

    const { features, samples, seed, sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, useEma } = params;
    const settings = getSettings(catalog);
    const backend = params.backend === 'auto' ? settings.backend : params.backend;
    const workDir = home.evaluationDir(drawingKey(checkpoint, dataset, { ...params, backend }));
    const result = await tasks.run(
      {
        kind: 'evaluate', checkpointFile: home.absolute(checkpoint.file), datasetDir: home.datasetDir(datasetId), workDir, features, extractorFile, network: params.network ?? null, samples,
        classes: params.classes ?? null, sample: { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, seed, useEma }, rawFile, backend, threads: settings.threads,
      },
      `Evaluate ${checkpoint.name}`,
    );
    const evaluation = {
      ...result, id: newId('eval'), checkpointId: checkpoint.id, datasetId, featureKind: features, samples, seed, sampler, steps, guidanceScale,
      config: { guidanceChannels, eta, clipDenoised, useEma, classes: params.classes ?? null, extractor: extractorFile, raw: rawFile },
      createdAt: Date.now(),
    };
    table.insert(catalog, evaluation);
    // The drawn pictures have served; a kill before this line leaves them to the sweep.
    await rm(workDir, { recursive: true, force: true });
    events.publish({ type: 'evaluation', evaluation });
    return evaluation;
  },
};
