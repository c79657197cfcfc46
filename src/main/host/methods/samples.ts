import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { addSample, checkpoints, getSettings, listSamples, newId } from '../../catalog';
import type { HandlersOf } from '../context';
import { refuseUnavailable } from '../available-backends';
import { assertReadable, assertWritable, discard, discardTemporaries } from '../files';
import { refuse } from '../plan';
import { classesFor, stepsProblem } from '../sampling';

export const samples: HandlersOf<'samples'> = {
  'samples.list': ({ catalog }, filter) => listSamples(catalog, filter),
  'samples.create': async (context, params) => {
    const { catalog, events, home, tasks } = context;
    const checkpoint = checkpoints.get(catalog, params.checkpointId, 'checkpointId');
    const { numClasses } = checkpoint.model;
    const noiseDecides = params.noise !== undefined && params.count === undefined;
    const classes = classesFor(numClasses, params.classes, params.count, noiseDecides ? numClasses : undefined);
    const wrong = stepsProblem(params.steps, checkpoint.diffusion.timesteps);
    if (wrong) refuse([wrong]);
    const settings = getSettings(catalog);
    const backend = params.backend === 'auto' ? settings.backend : params.backend;
    await refuseUnavailable(context, backend, 'backend');
    const [out, noise, raw] = [params.out, params.noise, params.raw].map((path) => (path === undefined ? null : resolve(path)));
    if (noise) await assertReadable(noise, 'noise');
    if (out) await assertWritable(out, 'out');
    if (raw) await assertWritable(raw, 'raw');
    const id = newId('smp');
    const { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, fixedVariance, seed, useEma } = params;
    const config = { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, fixedVariance, seed, classes, useEma };
    // A grid belongs to the catalogue unless the person said where it goes; raw values alone need no picture.
    const file = out ?? home.sampleFile(id);
    const drawing = tasks.run({ kind: 'sample', checkpointFile: home.absolute(checkpoint.file), outFile: file, sample: config, noiseFile: noise ?? null, cycleClasses: noiseDecides, rawFile: raw ?? null, backend, threads: settings.threads }, `Sample ${checkpoint.name}`, undefined, params.taskId);
    const result = await drawing.catch(async (error: unknown) => {
      for (const unfinished of [out, raw]) if (unfinished) await discardTemporaries(unfinished);
      if (out === null) await discard(file);
      throw error;
    });
    if (result.outFile === null) throw new AppError('internal', 'The worker made no picture.');
    const sample = { id, runId: null, checkpointId: checkpoint.id, step: null, file: home.relative(result.outFile), columns: result.columns, rows: result.rows, config: { ...config, classes: result.classes, msPerImage: result.msPerImage, raw: result.rawFile }, createdAt: Date.now() };
    addSample(catalog, sample);
    events.publish({ type: 'sample', sample });
    return sample;
  },
};
