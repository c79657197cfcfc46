/** Training steps on official numbers: AdamW, weight decay, EMA and the loss before each step (fixtures in test/fixtures/dit-tiny). */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DiTConfig, trainConfigSchema } from '../../src/shared/config';
import { readSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { parameterSpecs } from '../../src/main/engine/model/parameters';
import { getBackend } from '../../src/main/engine/tensor/backends';
import type { TensorMap } from '../../src/main/engine/tensor/types';
import { adamScalars, groupScalars } from '../../src/main/engine/train/adamw';
import { buildTrainStep, initialState } from '../../src/main/engine/train/trainStep';

const fixture = (name: string) => readSafetensors(join(import.meta.dirname, '../fixtures/dit-tiny', `${name}.safetensors`)).then(({ tensors }) => tensors);
const config: DiTConfig = { inputSize: 8, patchSize: 2, inChannels: 4, hiddenSize: 32, depth: 3, heads: 4, mlpRatio: 4, numClasses: 5, learnSigma: false };
const diffusion = { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' } as const;
const BETA1 = 0.9;
const BETA2 = 0.999;

let weights: TensorMap;
let batch: TensorMap;
let expected: TensorMap;
beforeAll(async () => {
  const [ls1, delta, loss, optim] = await Promise.all(['weights_ls1', 'weights_ls0_delta', 'loss', 'optim'].map(fixture));
  const all = { ...ls1, ...delta };
  weights = Object.fromEntries(parameterSpecs(config, null).map(({ name }) => [name, all[name]]));
  batch = loss;
  expected = optim;
});

interface Settings {
  steps: number;
  learningRate: number;
  weightDecay?: number;
  emaDecay: number;
}

async function trainOn(backendId: 'tfjs-cpu' | 'onnxruntime', { steps, learningRate, weightDecay = 0, emaDecay }: Settings): Promise<{ state: TensorMap; losses: number[] }> {
  const backend = getBackend(backendId);
  const train = trainConfigSchema.parse({ steps, batchSize: 3, emaDecay });
  const model = { config, ranks: null, tensors: weights };
  const step = buildTrainStep({ weights: model, groupOf: () => 'all', diffusion, train });
  const program = await backend.compile(step.spec);
  try {
    await program.writeState(initialState(step, model));
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      const { stepSize, decay } = groupScalars(i, BETA1, learningRate, weightDecay);
      const scalars = { ...adamScalars(i, BETA1, BETA2), 'stepSize.all': stepSize, 'decay.all': decay, emaDecay, emaRest: 1 - emaDecay };
      const { outputs } = await program.run({ x0: batch.x_start.data, noise: batch.noise.data, t: batch.t.data, y: batch.y.data, ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])) });
      losses.push(outputs.loss[0]);
    }
    return { state: await program.readState(), losses };
  } finally {
    await program.dispose();
  }
}

/**
 * Every tensor under `prefix` against the state under `statePrefix`. Adam divides by the gradient's own size, so where a
 * gradient is only rounding noise a step can go the other way: at most 1 % of the numbers may be off by up to two rates a step.
 */
function compare(state: TensorMap, statePrefix: string, prefix: string, tolerance: number, largest: number): void {
  const names = Object.keys(expected).filter((name) => name.startsWith(`${prefix}.`));
  expect(names.length).toBeGreaterThan(0);
  let outliers = 0;
  let total = 0;
  for (const name of names) {
    const actual = state[statePrefix + name.slice(prefix.length + 1)].data;
    expect(actual.length).toBe(expected[name].data.length);
    expected[name].data.forEach((value, i) => {
      const error = Math.abs(value - actual[i]);
      total++;
      if (error > tolerance) outliers++;
      expect(error, `${name} ${i}`).toBeLessThanOrEqual(largest);
    });
  }
  expect(outliers).toBeLessThanOrEqual(total / 100);
}

describe.each(['tfjs-cpu', 'onnxruntime'] as const)('training steps on %s', (backend) => {
  it('one step of AdamW, and its running average', async () => {
    const { state } = await trainOn(backend, { steps: 1, learningRate: 1e-4, emaDecay: 0.9999 });
    compare(state, 'weights/', 'step1_lr1e-4', 2e-7, 2e-4);
    compare(state, 'ema/', 'ema1_d0.9999', 2e-7, 2e-4);
  });

  it('five steps: losses, weights, running average', async () => {
    const { state, losses } = await trainOn(backend, { steps: 5, learningRate: 1e-3, emaDecay: 0.9 });
    losses.forEach((loss, i) => expect(Math.abs(loss / expected.losses_step5.data[i] - 1)).toBeLessThan(1e-5));
    compare(state, 'weights/', 'step5_lr1e-3', 5e-6, 1e-2);
    compare(state, 'ema/', 'ema5_d0.9', 5e-6, 1e-2);
  });

  it('two steps with decoupled weight decay', async () => {
    const { state, losses } = await trainOn(backend, { steps: 2, learningRate: 1e-3, weightDecay: 0.05, emaDecay: 0.9 });
    losses.forEach((loss, i) => expect(Math.abs(loss / expected.losses_wd.data[i] - 1)).toBeLessThan(1e-5));
    compare(state, 'weights/', 'step2_lr1e-3_wd0.05', 1e-6, 4e-3);
  });
});
