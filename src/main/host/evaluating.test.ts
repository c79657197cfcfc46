import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleCheckpoint, exampleDataset } from '../../../test/helpers/rows';
import { startRun, startService, tempDir, untilStatus } from '../../../test/helpers/service';
import { sampleConfigSchema } from '../../shared/config';
import { type Params, evaluateParams } from '../../shared/protocol';
import { drawingKey, evaluationProblems } from './evaluating';

const request = (patch: Partial<Params<'evaluations.create'>> = {}) => evaluateParams.parse({ checkpointId: 'ckpt-a', samples: 100, ...patch });
const fields = (patch: Partial<Params<'evaluations.create'>>, dataset = exampleDataset({ images: 500 })) => evaluationProblems(exampleCheckpoint(), dataset, request(patch)).map(({ field }) => field);

test('what cannot be measured is refused beside its field', () => {
  expect(fields({})).toEqual([]);
  expect(fields({}, exampleDataset({ images: 500, size: 16 }))).toEqual(['datasetId']);
  expect(fields({}, exampleDataset({ images: 500, trashedAt: 1 }))).toEqual(['datasetId']);
  expect(fields({}, exampleDataset({ images: 500, classes: [{ name: 'a', images: 250 }, { name: 'b', images: 250 }] }))).toEqual(['datasetId']);
  expect(fields({ classes: [0, 2] })).toEqual(['classes']);
  expect(fields({ classes: [0, 1] })).toEqual([]);
  expect(fields({ steps: 'ddim7777' })).toEqual(['steps']);
  expect(fields({ samples: 64 })).toEqual(['samples']);
  expect(fields({ samples: 65 })).toEqual([]);
  expect(fields({}, exampleDataset({ images: 3 }))).toEqual(['features']);
  // One class gives a classifier nothing to learn; what an extractor needs, its file says.
  expect(fields({ features: 'classifier' })).toEqual(['features']);
  expect(fields({ features: 'onnx' })).toEqual(['extractor']);
  expect(fields({ features: 'onnx', extractor: '/x.onnx', samples: 2 })).toEqual([]);
});

test('drawn pictures are found again by what decides them, whatever they are measured on', () => {
  const key = (patch: Partial<Params<'evaluations.create'>>) => drawingKey(exampleCheckpoint(), exampleDataset(), request(patch));
  expect(key({ features: 'onnx', extractor: '/x.onnx', raw: '/y' })).toBe(key({}));
  const others = [{ seed: 1 }, { samples: 101 }, { steps: '50' }, { guidanceScale: 2 }, { useEma: false }, { classes: [0] }, { sampler: 'unipc' as const }, { fixedVariance: 'fixed-small' as const }];
  expect(new Set([{}, ...others].map(key)).size).toBe(1 + others.length);
});

test('the service keeps the result, says so, and clears the drawn pictures away', async () => {
  const home = tempDir();
  const service = startService({ FIXTURE_STEP_MS: '0' }, { home });
  const run = await untilStatus(service, (await startRun(service)).id, 'completed');
  const checkpointId = run.result!.checkpointId as string;
  const said: string[] = [];
  service.onEvent((event) => event.type === 'evaluation' && said.push(event.evaluation.id));
  const made = await service.call('evaluations.create', { checkpointId, samples: 96, seed: 4 });
  expect(made).toMatchObject({ checkpointId, datasetId: 'builtin:emoji', featureKind: 'pixels', samples: 96, seed: 4, sampler: 'ddim', steps: 'ddim25', figures: [{ name: 'FD-96 (pca-64 of pixels)' }] });
  expect(said).toEqual([made.id]);
  expect(await service.call('evaluations.list', {})).toEqual([made]);
  await expect(service.call('evaluations.create', { checkpointId, samples: 10 })).rejects.toMatchObject({ code: 'invalid-input', field: 'samples' });
  await expect(service.call('evaluations.create', { checkpointId, features: 'onnx', extractor: join(home, 'none.onnx') })).rejects.toMatchObject({ code: 'not-found', field: 'extractor' });
  const twice = await Promise.allSettled([1, 2].map(() => service.call('evaluations.create', { checkpointId })));
  expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(twice.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
});

test('nobody waits for an evaluation but the next one', async () => {
  const service = startService({ FIXTURE_STEP_MS: '20', FIXTURE_TASK_STEPS: '400' });
  const { tasks, home } = service.context;
  const paths = { checkpointFile: home.checkpointFile('a'), datasetDir: home.datasetDir('a'), workDir: home.evaluationDir('a') };
  const evaluation = { kind: 'evaluate' as const, ...paths, features: 'pixels' as const, extractorFile: null, network: null, samples: 100, classes: null, sample: sampleConfigSchema.omit({ classes: true }).parse({}), rawFile: null, backend: 'auto' as const, threads: 1 };
  for (const label of ['first', 'second']) tasks.run(evaluation, label).catch(() => {});
  tasks.run({ kind: 'backends', measure: false }, 'short').catch(() => {});
  expect(tasks.list().map(({ label, phase }) => `${label}: ${phase}`)).toEqual(['first: starting', 'short: starting', 'second: waiting']);
});

test('a start of the service forgets pictures that nobody went on with for a week', () => {
  const home = tempDir();
  const folders = ['old', 'new'].map((name) => join(home, 'evaluations', name));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'samples-0000000.safetensors'), 'x');
  }
  const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
  utimesSync(folders[0]!, longAgo, longAgo);
  startService({}, { home });
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, true]);
});
