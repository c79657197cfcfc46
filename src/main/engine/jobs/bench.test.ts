import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffusionSchema, trainConfigSchema, uniformRanks } from '../../../shared/config';
import { FORM_FILE, type JobOf, type JobResult, type WorkerEvent, jobResultSchemas } from '../../../shared/worker';
import { readModel } from '../checkpoint/model';
import { prepareDataset } from '../data/prepare';
import { INITIALIZATIONS, initializationById } from '../initialize/registry';
import type { JobContext } from './context';
import { runJob } from '.';

type Id = JobOf<'bench'>['method'];

const root = mkdtempSync(join(tmpdir(), 'fine-bench-'));
const datasetDir = join(root, 'dataset');
const model = { inputSize: 32, patchSize: 16, inChannels: 3, hiddenSize: 16, depth: 2, heads: 2, mlpRatio: 4, numClasses: 9, learnSigma: false };
const train = trainConfigSchema.parse({ steps: 6, batchSize: 4, warmupSteps: 0, learningRate: 0.002, checkpointEvery: 2, validateEvery: 2, threads: 1 });
const common = { datasetDir, diffusion: diffusionSchema.parse({}), sample: null, resume: false, startedOn: null };
const paths = (name: string) => ({ runId: name, runDir: join(root, name), checkpointFile: join(root, `${name}.safetensors`) });

interface Outcome {
  end: WorkerEvent;
  rows: { step: number; values: Record<string, number> }[];
  started: number[];
}

/** Runs a job; with `pauseAt`, asks for a pause once that many steps were reported. */
async function run(job: Parameters<typeof runJob>[0], pauseAt = Infinity): Promise<Outcome> {
  const rows: Outcome['rows'] = [];
  const started: number[] = [];
  let steps = 0;
  const context: JobContext = {
    signal: new AbortController().signal,
    pauseRequested: () => steps >= pauseAt,
    emit(event) {
      if (event.type === 'started') started.push(event.step);
      if (event.type === 'progress') steps = event.done;
      if (event.type === 'metrics') {
        rows.push(...event.rows);
        steps = Math.max(steps, event.rows.at(-1)!.step);
      }
    },
  };
  return { end: await runJob(job, context), rows, started };
}

function resultOf(end: WorkerEvent): JobResult<'bench'> {
  if (end.type !== 'done') throw new Error(`ended as ${end.type}`);
  return jobResultSchemas.bench.parse(end.result);
}

/** What a method starts from, in files that `beforeAll` and the methods' own sources have written. */
function sourceOf(method: Id): JobOf<'bench'>['from'] {
  const { needs } = initializationById(method);
  if (method === 'fine') return { form: 'checkpoint', file: join(root, 'factorised.safetensors') };
  if (needs === 'nothing') return null;
  return needs === 'dense' ? { form: 'checkpoint', file: join(root, 'dense.safetensors') } : { form: 'form', file: join(root, `source-${method}`, FORM_FILE) };
}

function benchJob(name: string, method: Id, over: Partial<JobOf<'bench'>> = {}): JobOf<'bench'> {
  const { adaptation } = initializationById(method);
  return { kind: 'bench', ...common, ...paths(name), train, method, stage: 'target', model: { ...model, depth: 3 }, from: sourceOf(method), adaptation: adaptation.steps > 0 ? { steps: 2, learningRate: adaptation.learningRate! } : null, sigmaStart: null, chargedAt: null, ...over };
}

beforeAll(async () => {
  await prepareDataset({ source: join(import.meta.dirname, '../../../../resources/datasets/emoji32'), sourceKind: 'builtin', size: 32, name: 'Emoji', datasetDir });
  await run({ kind: 'pretrain', ...common, ...paths('dense'), train, model, factors: null });
  await run({ kind: 'pretrain', ...common, ...paths('factorised'), train, model, factors: { ranks: uniformRanks(16), start: 'gaussian', evaluation: 'auto' } });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(INITIALIZATIONS.map(({ id }) => id as Id))('%s', (method) => {
  test('starts, adapts and trains a deeper model within the budget', async () => {
    const { needs, adaptation } = initializationById(method);
    if (needs === 'own' && method !== 'fine') {
      const source = await run(benchJob(`source-${method}`, method, { stage: 'source', model, from: null, adaptation: null }));
      expect(resultOf(source.end)).toMatchObject({ checkpoint: { form: 'dense', model, step: 6 }, lossAdapted: null });
    }
    const { end, rows, started } = await run(benchJob(`target-${method}`, method));
    const result = resultOf(end);
    expect(result.checkpoint).toMatchObject({ form: 'dense', step: 6, model: { depth: 3 } });
    expect(result.carried > 0).toBe(needs !== 'nothing');
    expect(result.tuned > 0).toBe(adaptation.steps > 0);
    expect(result.lossAdapted === null).toBe(adaptation.steps === 0);
    expect(started).toEqual([0]);
    expect(rows.filter((row) => 'loss' in row.values).map((row) => row.step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rows.filter((row) => 'validationLoss' in row.values).map((row) => row.step)).toEqual([0, 2, 4, 6]);
  });
});

test.each([1, 2, 4])('paused after %i of 6 steps and resumed, it ends bit for bit as if it never had been', async (pauseAt) => {
  const name = `halves-${pauseAt}`;
  const first = await run(benchJob(name, 'svdiff'), pauseAt);
  expect(first.end.type).toBe('paused');
  const at = (first.end as { step: number }).step;
  const second = await run(benchJob(name, 'svdiff', { resume: true }));
  expect(second.started).toEqual([at]);
  const [whole, halves] = [await readModel(join(root, 'target-svdiff.safetensors')), await readModel(join(root, `${name}.safetensors`))];
  expect(halves.weights.tensors).toEqual(whole.weights.tensors);
  expect(halves.ema).toEqual(whole.ema);
  const { checkpoint: _, ...figures } = resultOf(second.end);
  expect(figures).toMatchObject({ carried: expect.any(Number), lossBefore: expect.any(Number) });
  expect(halves.loss).toBe(whole.loss);
});

test('notes the held-out loss where a budget that charges the adaptation ends', async () => {
  const { end, rows } = await run(benchJob('uncharged', 'fine', { train: { ...train, steps: 8 }, chargedAt: 5, sigmaStart: 'identical' }));
  expect(resultOf(end).checkpoint.step).toBe(8);
  const noted = rows.filter((row) => 'chargedLoss' in row.values);
  expect(noted.map((row) => row.step)).toEqual([5]);
  expect(noted[0].values.chargedLoss).toBe(noted[0].values.validationLoss);
});

test('an adaptation may be all there is', async () => {
  const { end, rows } = await run(benchJob('tuned-only', 'fine', { adaptation: { steps: 6, learningRate: 0.01 } }));
  const result = resultOf(end);
  expect(result.lossAfter).toBe(result.lossAdapted);
  expect(result.trainedParameters).toBe(result.tuned);
  expect(rows.at(-1)!.step).toBe(6);
});

test('refuses a source that is not what the method starts from', async () => {
  await expect(run(benchJob('wrong', 'fine', { from: sourceOf('ligo') }))).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('factorised') });
  await expect(run(benchJob('other', 'tleg', { from: { form: 'form', file: join(root, 'source-wave', FORM_FILE) } }))).rejects.toMatchObject({ code: 'format' });
  await expect(run(benchJob('narrow', 'tleg', { model: { ...model, hiddenSize: 8 } }))).rejects.toMatchObject({ code: 'invalid-input', field: 'model.hiddenSize' });
});
