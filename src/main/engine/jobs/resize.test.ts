/** Phase 2 at another width, with other heads and patches, as jobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DiTConfig, diffusionSchema, trainConfigSchema, uniformRanks } from '../../../shared/config';
import { type JobOf, type JobResult, type SigmaOptions, type WorkerEvent, jobResultSchemas, sigmaOptionsSchema } from '../../../shared/worker';
import { readLearngene, writeLearngene } from '../checkpoint/learngene';
import { readModel } from '../checkpoint/model';
import { prepareDataset } from '../data/prepare';
import { uvHash } from '../fine/learngene';
import { parameterSpecs } from '../model/parameters';
import type { JobContext } from './context';
import { runJob } from '.';

const root = mkdtempSync(join(tmpdir(), 'fine-resize-'));
const datasetDir = join(root, 'dataset');
const learngeneFile = join(root, 'source.learngene.safetensors');
const train = trainConfigSchema.parse({ steps: 6, batchSize: 8, warmupSteps: 0, learningRate: 0.01, checkpointEvery: 2, threads: 1 });
const common = { datasetDir, diffusion: diffusionSchema.parse({}), sample: null, resume: false, startedOn: null };
const SOURCE: DiTConfig = { inputSize: 32, patchSize: 8, inChannels: 3, hiddenSize: 16, depth: 2, heads: 2, mlpRatio: 4, numClasses: 9, learnSigma: false };
const RANKS = uniformRanks(8);

function initializeJob(name: string, sigma: Partial<SigmaOptions>, resume = false): JobOf<'initialize'> {
  return { kind: 'initialize', ...common, train, runId: name, runDir: join(root, name), checkpointFile: join(root, `${name}.safetensors`), learngeneFile, resume, sigma: sigmaOptionsSchema.parse({ depth: 3, ...sigma }) };
}

/** With `pauseAt`, asks for a pause once that many steps were reported. */
function run(job: Parameters<typeof runJob>[0], pauseAt = Infinity): Promise<WorkerEvent> {
  let steps = 0;
  const context: JobContext = {
    signal: new AbortController().signal,
    pauseRequested: () => steps >= pauseAt,
    emit(event) {
      if (event.type === 'metrics') steps = event.rows.at(-1)!.step;
    },
  };
  return runJob(job, context);
}

function resultOf(end: WorkerEvent): JobResult<'initialize'> {
  if (end.type !== 'done') throw new Error(`ended as ${end.type}`);
  return jobResultSchemas.initialize.parse(end.result);
}

beforeAll(async () => {
  await prepareDataset({ source: join(import.meta.dirname, '../../../../resources/datasets/emoji32'), sourceKind: 'builtin', size: 32, name: 'Emoji', datasetDir });
  const checkpointFile = join(root, 'source.safetensors');
  await run({ kind: 'pretrain', ...common, train, runId: 'source', runDir: join(root, 'source'), checkpointFile, model: SOURCE, factors: { ranks: RANKS, start: 'gaussian', evaluation: 'auto' } });
  await run({ kind: 'extract', checkpointFile, learngeneFile, ranks: null, iterations: 1 });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  { hiddenSize: 12, heads: 2, patchSize: 8, method: 'project' },
  { hiddenSize: 24, heads: 3, patchSize: 4, method: 'select' },
] as const)('$hiddenSize channels, $heads heads, patches of $patchSize: a model of that shape, whose derived U and V stay untouched', async (resize) => {
  const name = `to-${resize.hiddenSize}`;
  const result = resultOf(await run(initializeJob(name, { resize, tuneOuter: true })));
  const { method: _, ...shape } = resize;
  const model: DiTConfig = { ...SOURCE, ...shape, depth: 3 };
  expect(result.checkpoint).toMatchObject({ form: 'factorised', model, ranks: RANKS });
  const stored = await readModel(join(root, `${name}.safetensors`));
  const derived = await readLearngene(join(root, name, 'resized.learngene.safetensors'));
  expect(result.uvHashAfter).toBe(result.uvHashBefore);
  expect(result.uvHashAfter).toBe(uvHash(derived.tensors));
  expect(result.uvHashAfter).not.toBe(uvHash((await readLearngene(learngeneFile)).tensors));
  // Sigma, biases, embedders and final layer moved; nothing else was trained.
  const shared = parameterSpecs(model, RANKS).filter(({ name: tensor }) => /^[UV]\./.test(tensor)).reduce((sum, { shape: [rows, rank] }) => sum + rows * rank, 0);
  expect(result.trainedParameters).toBe(result.parameters - shared);
  expect(stored.weights.tensors['x_embedder.proj.weight'].data).not.toEqual(derived.tensors['x_embedder.proj.weight'].data);
});

test('other heads alone leave embedders and final layer as they were', async () => {
  const result = resultOf(await run(initializeJob('heads', { resize: { hiddenSize: 16, heads: 4, patchSize: 8, method: 'project' } })));
  const [source, target] = [await readLearngene(learngeneFile), await readModel(join(root, 'heads.safetensors'))];
  expect(result.checkpoint.model.heads).toBe(4);
  for (const name of Object.keys(source.tensors).filter((tensor) => /^([xyt]_embedder|final_layer)\./.test(tensor))) expect(target.weights.tensors[name].data, name).toEqual(source.tensors[name].data);
});

test('is resumed bit for bit', async () => {
  const sigma = { resize: { hiddenSize: 12, heads: 2, patchSize: 8, method: 'project' }, tuneOuter: true } as const;
  const whole = resultOf(await run(initializeJob('whole', sigma)));
  expect((await run(initializeJob('parts', sigma), 3)).type).toBe('paused');
  const parts = resultOf(await run(initializeJob('parts', sigma, true)));
  expect(parts).toMatchObject({ lossBefore: whole.lossBefore, lossAfter: whole.lossAfter, uvHashBefore: whole.uvHashBefore });
  const [a, b] = await Promise.all(['whole', 'parts'].map((name) => readModel(join(root, `${name}.safetensors`))));
  expect(b.ema).toEqual(a.ema);
});

test('a learngene without sigma cannot be projected, and says what can be done', async () => {
  const source = await readLearngene(learngeneFile);
  const bare = join(root, 'bare.learngene.safetensors');
  await writeLearngene(bare, { ...source, tensors: Object.fromEntries(Object.entries(source.tensors).filter(([name]) => !name.startsWith('sigma.'))) });
  const job = { ...initializeJob('bare', { sigmaStart: 'random', resize: { hiddenSize: 12, heads: 2, patchSize: 8, method: 'project' } }), learngeneFile: bare };
  await expect(run(job)).rejects.toMatchObject({ code: 'invalid-input', field: 'resizeMethod' });
});
