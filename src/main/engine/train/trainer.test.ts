import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors';
import { latestState, listStates, modelOfState } from '../checkpoint/state';
import { getBackend } from '../tensor/backends';
import { tf } from '../tensor/tf';
import { pictureOrder } from './batches';
import type { MetricRow, TrainOptions } from './options';
import { train } from './trainer';
import { tinyConfig, tinyData, tinyDiffusion, tinyTrain, tinyWeights } from './testkit';

const backend = getBackend('tfjs-cpu');
let dir: string;
let serial = 0;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'trainer-'))));
afterAll(() => rm(dir, { recursive: true }));

function setUp(over: Partial<TrainOptions> = {}): { options: TrainOptions; rows: MetricRow[]; losses: () => number[]; warnings: string[] } {
  const rows: MetricRow[] = [];
  const warnings: string[] = [];
  const { callbacks, ...rest } = over;
  const options: TrainOptions = {
    weights: tinyWeights(), data: tinyData(), diffusion: tinyDiffusion, train: tinyTrain(), backend, stateDir: null, validationSamples: 6,
    callbacks: { onMetrics: (more) => rows.push(...more), onWarning: (message) => warnings.push(message), ...callbacks },
    ...rest,
  };
  return { options, rows, warnings, losses: () => rows.flatMap((row) => (row.values.loss === undefined ? [] : [row.values.loss])) };
}
const freshDir = () => join(dir, String(serial++));
const bytes = (tensors: Record<string, { data: ArrayLike<number> }>) => Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data)]));

describe('train', () => {
  it('trains all tensors, reports every step, and frees what it used', async () => {
    await train(setUp().options);
    const before = tf.memory().numTensors;
    const run = setUp();
    const start = bytes(run.options.weights.tensors);
    const outcome = await train(run.options);
    expect(tf.memory().numTensors).toBe(before);
    expect(outcome).toMatchObject({ status: 'completed', step: 6, steps: 6 });
    expect(run.rows.filter((row) => row.values.loss !== undefined).map((row) => row.step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run.rows.flatMap((row) => (row.values.validationLoss === undefined ? [] : [row.step]))).toEqual([0, 6]);
    expect(outcome.lastLoss).toBe(run.losses().at(-1));
    expect(bytes(run.options.weights.tensors)).toEqual(start);
    for (const [name, { data }] of Object.entries(outcome.weights.tensors)) expect(Array.from(data), name).not.toEqual(start[name]);
    expect(outcome.trainedParameters).toBe(Object.values(start).reduce((sum, values) => sum + values.length, 0));
  });

  it('learns: the held-out loss of a memorised set falls', async () => {
    const data = tinyData(4, 0);
    const outcome = await train(setUp({ data: { ...data, heldOutImages: data.images, heldOutLabels: data.labels }, train: tinyTrain({ steps: 60, horizontalFlip: false }) }).options);
    expect(outcome.lossAfter as number).toBeLessThan(0.8 * (outcome.lossBefore as number));
  });

  it('gives the same losses with gradients gathered over micro-batches as with one large batch', async () => {
    const [large, gathered] = [setUp({ train: tinyTrain({ batchSize: 4 }) }), setUp({ train: tinyTrain({ batchSize: 2, accumulate: 2 }) })];
    const [a, b] = [await train(large.options), await train(gathered.options)];
    large.losses().forEach((loss, i) => expect(gathered.losses()[i]).toBeCloseTo(loss, 5));
    for (const [name, { data }] of Object.entries(a.weights.tensors)) {
      // A bias of the keys shifts all scores of a query alike: its gradient is rounding noise, which Adam scales up to full steps.
      const keys = name.endsWith('qkv.bias') ? [tinyConfig.hiddenSize, 2 * tinyConfig.hiddenSize] : [0, 0];
      data.forEach((value, i) => (i >= keys[0] && i < keys[1]) || expect(Math.abs(value - b.weights.tensors[name].data[i]), `${name} ${i}`).toBeLessThan(1e-4));
    }
  });

  it.each([[1, true], [2, true], [2, false]])('resumes bit for bit after a pause at step %i, its average warming up: %s', async (pauseAt, emaWarmup) => {
    const whole = setUp({ train: tinyTrain({ accumulate: 2, batchSize: 2, emaWarmup }) });
    const expected = await train(whole.options);
    const stateDir = freshDir();
    let done = 0;
    const first = setUp({ train: whole.options.train, stateDir, control: { pauseRequested: () => done >= pauseAt }, callbacks: { onProgress: (step) => (done = step) } });
    expect(await train(first.options)).toMatchObject({ status: 'paused', step: pauseAt });
    const second = setUp({ train: whole.options.train, stateDir, resume: true });
    const actual = await train(second.options);
    expect([...first.losses(), ...second.losses()]).toEqual(whole.losses());
    expect(bytes(actual.weights.tensors)).toEqual(bytes(expected.weights.tensors));
    expect(bytes(actual.ema!)).toEqual(bytes(expected.ema!));
    expect(actual.lossBefore).toBe(expected.lossBefore);
    expect(actual.lossAfter).toBe(expected.lossAfter);
  });

  it('averages with one decay from the first update when it shall not warm up', async () => {
    const weights = tinyWeights();
    const { weights: after, ema } = await train(setUp({ train: tinyTrain({ steps: 1, emaDecay: 0.75, emaWarmup: false }) }).options);
    for (const [name, { data }] of Object.entries(weights.tensors)) data.forEach((start, i) => expect(ema![name].data[i]).toBeCloseTo(0.75 * start + 0.25 * after.tensors[name].data[i], 6));
  });

  it('tunes sigma and biases at their own rates and leaves U, V and the rest untouched', async () => {
    const weights = tinyWeights('factorised');
    const trainable = (name: string) => (name.startsWith('sigma.') ? 'sigma' : /^blocks\..*bias$/.test(name) ? 'bias' : null);
    const run = setUp({ weights, trainable, groups: { sigma: { learningRate: 1e-2, weightDecay: 0 }, bias: { learningRate: 1e-3, weightDecay: 0 } }, train: tinyTrain({ steps: 1, warmupSteps: 0 }) });
    const outcome = await train(run.options);
    for (const [name, { data }] of Object.entries(outcome.weights.tensors)) {
      const group = trainable(name);
      const moved = data.map((value, i) => Math.abs(value - weights.tensors[name].data[i]));
      if (group === null) expect(Math.max(...moved), name).toBe(0);
      // The first step of Adam moves every number by the learning rate.
      else expect(Math.max(...moved), name).toBeCloseTo(group === 'sigma' ? 1e-2 : 1e-3, 5);
      if (group === null) expect(outcome.ema![name]).toBe(outcome.weights.tensors[name]);
    }
    expect(run.rows.find((row) => row.step === 1)?.values).toMatchObject({ 'learningRate.sigma': 1e-2, 'learningRate.bias': 1e-3 });
    expect(run.rows.find((row) => row.step === 1)?.values).toHaveProperty(['sigma.qkv']);
  });

  it('trains a model with learned variance and reports both parts of its loss', async () => {
    const config = { ...tinyConfig, learnSigma: true };
    const run = setUp({ weights: tinyWeights('dense', config), train: tinyTrain({ steps: 2, accumulate: 2, batchSize: 2 }) });
    await train(run.options);
    const { loss, mse, vb } = run.rows.find((row) => row.step === 2)!.values;
    expect(mse + vb).toBeCloseTo(loss, 5);
  });

  it('trains a model that is written in other parameters', async () => {
    const weights = tinyWeights();
    const scaled = { ...weights, tensors: { ...weights.tensors, scale: { shape: [1], data: Float32Array.of(1) } } };
    const toModel: TrainOptions['toModel'] = ({ scale, ...rest }) => ({ ...rest, 'final_layer.linear.weight': tf.mul(rest['final_layer.linear.weight'], scale) });
    const outcome = await train(setUp({ weights: scaled, toModel, trainable: (name) => (name === 'scale' ? 'default' : null) }).options);
    expect(outcome.trainedParameters).toBe(1);
    expect(outcome.weights.tensors.scale.data[0]).not.toBe(1);
  });

  it('clips by the global norm', async () => {
    const clipped = setUp({ train: tinyTrain({ steps: 1, gradientClip: 1e-9, warmupSteps: 0 }) });
    const outcome = await train(clipped.options);
    expect(clipped.rows.find((row) => row.step === 1)!.values.gradNorm).toBeGreaterThan(1e-3);
    // Gradients far below Adam's epsilon hardly move anything.
    const name = 'final_layer.linear.weight';
    outcome.weights.tensors[name].data.forEach((value, i) => expect(Math.abs(value - clipped.options.weights.tensors[name].data[i])).toBeLessThan(1e-3));
  });

  it('stops before the update when the loss is not finite, with the last good weights saved', async () => {
    const stateDir = freshDir();
    const poisoned = tinyWeights();
    // The class of the second update's picture is infinite; the first does not use it.
    const data = tinyData(2, 0);
    data.labels.fill(0)[pictureOrder(2, 3)(1, 1)[0]] = 2;
    poisoned.tensors['y_embedder.embedding_table.weight'].data.fill(Infinity, 2 * 8, 3 * 8);
    const run = setUp({ weights: poisoned, data, stateDir, train: tinyTrain({ batchSize: 1, horizontalFlip: false, labelDropout: 0, steps: 3 }) });
    const error = await train(run.options).then(() => null, (reason: unknown) => reason as AppError);
    expect(error?.code).toBe('diverged');
    const stored = await latestState(stateDir);
    expect(error?.message).toContain('step 2');
    expect(stored?.summary.step).toBe(1);
    expect(run.losses()).toHaveLength(1);
    const good = await train(setUp({ weights: tinyWeights(), data, train: tinyTrain({ batchSize: 1, horizontalFlip: false, labelDropout: 0, steps: 1 }) }).options);
    const name = 'final_layer.linear.bias';
    expect(modelOfState(stored!).weights.tensors[name].data).toEqual(good.weights.tensors[name].data);
  });

  it('warns once when the loss runs away, and keeps the state from before', async () => {
    const stateDir = freshDir();
    let warnedAt = Infinity;
    const saved: number[] = [];
    let done = 0;
    const run = setUp({ stateDir, train: tinyTrain({ steps: 60, learningRate: 3, warmupSteps: 14, checkpointEvery: 2 }), callbacks: { onProgress: (step) => (done = step), onState: ({ step }) => saved.push(step), onWarning: () => (warnedAt = Math.min(warnedAt, done + 1)) } });
    await train(run.options).catch((error: AppError) => expect(error.code).toBe('diverged'));
    expect(warnedAt).toBeLessThan(50);
    const healthy = Math.max(...saved.filter((step) => step < warnedAt));
    expect((await listStates(stateDir)).map(({ step }) => step)).toEqual([...saved.slice(-2).reverse(), healthy]);
    expect(run.losses().length).toBeGreaterThan(50);
  });

  it('stops within one step when it is cancelled', async () => {
    const controller = new AbortController();
    const run = setUp({ control: { signal: controller.signal }, callbacks: { onProgress: (step) => step === 2 && controller.abort() } });
    const before = tf.memory().numTensors;
    await expect(train(run.options)).rejects.toMatchObject({ code: 'cancelled' });
    expect(run.losses()).toHaveLength(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('writes states on time, keeps the newest two, and calls for samples', async () => {
    const stateDir = freshDir();
    const saved: number[] = [];
    const sampled: number[] = [];
    await train(setUp({ stateDir, train: tinyTrain({ checkpointEvery: 2, sampleEvery: 3 }), callbacks: { onState: ({ step }) => saved.push(step), onSample: (step) => void sampled.push(step) } }).options);
    expect(saved).toEqual([2, 4, 6]);
    expect(sampled).toEqual([3, 6]);
    expect((await readdir(stateDir)).sort()).toEqual(['state-000000004.safetensors', 'state-000000006.safetensors']);
    await expect(train(setUp({ stateDir }).options)).rejects.toMatchObject({ code: 'conflict' });
    await expect(train(setUp({ stateDir, resume: true, train: tinyTrain({ learningRate: 2e-2 }) }).options)).rejects.toMatchObject({ code: 'conflict' });
    expect(await train(setUp({ stateDir, resume: true, train: tinyTrain({ checkpointEvery: 5 }) }).options)).toMatchObject({ status: 'completed', step: 6 });
  });

  it('refuses data that does not fit the model', async () => {
    await expect(train(setUp({ data: { ...tinyData(), size: 8 } }).options)).rejects.toMatchObject({ code: 'invalid-input', field: 'model.inputSize' });
    await expect(train(setUp({ data: { ...tinyData(), classes: 4 } }).options)).rejects.toMatchObject({ code: 'invalid-input', field: 'model.numClasses' });
  });
});
