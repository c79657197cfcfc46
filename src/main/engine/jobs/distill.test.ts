import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffusionSchema, trainConfigSchema, uniformRanks } from '../../../shared/config';
import { type JobOf, type JobResult, type WorkerEvent, jobResultSchemas } from '../../../shared/worker';
import { readLearngene } from '../checkpoint/learngene';
import { readModel } from '../checkpoint/model';
import { prepareDataset } from '../data/prepare';
import type { JobContext } from './context';
import { runJob } from '.';

const root = mkdtempSync(join(tmpdir(), 'fine-distill-'));
const datasetDir = join(root, 'dataset');
const teacherFile = join(root, 'teacher.safetensors');
const train = trainConfigSchema.parse({ steps: 8, batchSize: 8, warmupSteps: 0, learningRate: 0.002, checkpointEvery: 2, threads: 1 });
const common = { datasetDir, diffusion: diffusionSchema.parse({}), sample: null };

function distillJob(name: string, resume = false): JobOf<'distill'> {
  return { kind: 'distill', ...common, train, runId: name, runDir: join(root, name), checkpointFile: join(root, `${name}.safetensors`), resume, startedOn: null, fromFile: teacherFile, ranks: uniformRanks(8), iterations: 6 };
}

/** Runs a job; with `pauseAt`, asks for a pause once that many steps were reported. */
async function run(job: Parameters<typeof runJob>[0], pauseAt = Infinity): Promise<{ end: WorkerEvent; phases: Set<string> }> {
  const phases = new Set<string>();
  let steps = 0;
  const context: JobContext = {
    signal: new AbortController().signal,
    pauseRequested: () => steps >= pauseAt,
    emit(event) {
      if (event.type === 'progress') phases.add(event.phase);
      if (event.type === 'progress' && event.phase === 'training') steps = event.done;
      if (event.type === 'metrics') steps = event.rows.at(-1)!.step;
    },
  };
  return { end: await runJob(job, context), phases };
}

function resultOf(end: WorkerEvent): JobResult<'distill'> {
  if (end.type !== 'done') throw new Error(`ended as ${end.type}`);
  return jobResultSchemas.distill.parse(end.result);
}

beforeAll(async () => {
  await prepareDataset({ source: join(import.meta.dirname, '../../../../resources/datasets/emoji32'), sourceKind: 'builtin', size: 32, name: 'Emoji', datasetDir });
  const model = { inputSize: 32, patchSize: 8, inChannels: 3, hiddenSize: 16, depth: 3, heads: 2, mlpRatio: 4, numClasses: 1, learnSigma: false };
  await run({ kind: 'pretrain', ...common, train, runId: 'teacher', runDir: join(root, 'teacher'), checkpointFile: teacherFile, resume: false, startedOn: null, model, factors: null });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a dense checkpoint becomes a factorised one, whose learngene is taken out directly', async () => {
  const { end, phases } = await run(distillJob('whole'));
  const result = resultOf(end);
  expect(phases).toContain('decomposing');
  expect(Object.keys(result.errors).sort()).toEqual(['adaLN', 'fc1', 'fc2', 'proj', 'qkv']);
  expect(result.errors.qkv).toHaveLength(3);
  expect(result.checkpoint).toMatchObject({ form: 'factorised', ranks: uniformRanks(8), step: 8 });
  expect(result.parameters).toBeLessThan(result.checkpoint.denseParameters);

  const learngeneFile = join(root, 'learngene.safetensors');
  const { end: extracted } = await run({ kind: 'extract', checkpointFile: join(root, 'whole.safetensors'), learngeneFile, ranks: null, iterations: 1 });
  expect((extracted as { result: unknown }).result).toMatchObject({ method: 'direct', errors: null, ranks: uniformRanks(8) });
  expect((await readLearngene(learngeneFile)).tensors['U.qkv'].shape).toEqual([48, 8]);
});

test('paused and resumed it ends bit for bit as if it never had been, without a second decomposition', async () => {
  const { end } = await run(distillJob('halves'), 3);
  expect(end.type).toBe('paused');
  const second = await run(distillJob('halves', true));
  expect(second.phases).not.toContain('decomposing');
  const [whole, halves] = [await readModel(join(root, 'whole.safetensors')), await readModel(join(root, 'halves.safetensors'))];
  expect(halves.weights.tensors).toEqual(whole.weights.tensors);
  expect(halves.ema).toEqual(whole.ema);
  expect(resultOf(second.end).errors).toEqual((await readLearngene(join(root, 'whole', 'decomposition.safetensors'))).errors);
});

test('a factorised checkpoint is refused', async () => {
  await expect(run({ ...distillJob('again'), fromFile: join(root, 'whole.safetensors') })).rejects.toMatchObject({ code: 'invalid-input', field: 'checkpointId' });
});
