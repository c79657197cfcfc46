import { resolve } from 'node:path';
import { AppError } from '../../../shared/errors';
import { addSample, checkpoints, getSettings, listSamples, newId } from '../../catalog';
import type { HandlersOf } from '../context';
import { assertReadable, assertWritable } from '../files';
import { refuse } from '../plan';
import { classesFor, stepsProblem } from '../sampling';

export const samples: HandlersOf<'samples'> = {
  'samples.list': ({ catalog }, filter) => listSamples(catalog, filter),
  'samples.create': async ({ catalog, events, home, tasks }, params) => {
    const checkpoint = checkpoints.get(catalog, params.checkpointId, 'checkpointId');
    const { numClasses } = checkpoint.model;
    const noiseDecides = params.noise !== undefined && params.count === undefined;
    const classes = classesFor(numClasses, params.classes, params.count, noiseDecides ? numClasses : undefined);
    const wrong = stepsProblem(params.steps, checkpoint.diffusion.timesteps);
    if (wrong) refuse([wrong]);
    const [out, noise, raw] = [params.out, params.noise, params.raw].map((path) => (path === undefined ? null : resolve(path)));
    if (noise) await assertReadable(noise, 'noise');
    if (out) await assertWritable(out, 'out');
    if (raw) await assertWritable(raw, 'raw');
    const id = newId('smp');
    const { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, seed, useEma, backend } = params;
    const config = { sampler, steps, guidanceScale, guidanceChannels, eta, clipDenoised, seed, classes, useEma };
    // A grid belongs to the catalogue unless the person said where it goes; raw values alone need no picture.
    const file = out ?? home.sampleFile(id);
    const result = await tasks.run({ kind: 'sample', checkpointFile: home.absolute(checkpoint.file), outFile: file, sample: config, noiseFile: noise ?? null, cycleClasses: noiseDecides, rawFile: raw ?? null, backend: backend === 'auto' ? getSettings(catalog).backend : backend, threads: getSettings(catalog).threads }, `Sample ${checkpoint.name}`);
    if (result.outFile === null) throw new AppError('internal', 'The worker made no picture.');
    const sample = { id, runId: null, checkpointId: checkpoint.id, step: null, file: home.relative(result.outFile), columns: result.columns, rows: result.rows, config: { ...config, classes: result.classes, msPerImage: result.msPerImage, raw: result.rawFile }, createdAt: Date.now() };
    addSample(catalog, sample);
    events.publish({ type: 'sample', sample });
    return sample;
  },
};
