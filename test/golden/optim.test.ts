/** Training steps on official numbers: AdamW, weight decay, EMA and the loss before each step (fixtures in test/fixtures/dit-tiny). */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DiTConfig, trainConfigSchema } from '../../src/shared/config';
import { readSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { parameterSpecs } from '../../src/main/engine/model/parameters';
import { getBackend } from '../../src/main/engine/tensor/backends';
import type { HostTensor, TensorMap } from '../../src/main/engine/tensor/types';
import { adamScalars, groupScalars } from '../../src/main/engine/train/adamw';
import { buildTrainStep, initialState } from '../../src/main/engine/train/trainStep';
import { GOLDEN_BACKENDS, type GoldenBackend, QUICK } from './evaluate';
import { expectGolden, noteDeviation } from './fixtures';

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
  /** Tensors to which the decay applies; all by default. */
  decayed?: (name: string) => boolean;
  /** One sample after the other instead of all three at once. */
  oneByOne?: boolean;
  emaDecay: number;
}

async function trainOn(backendId: GoldenBackend, { steps, learningRate, weightDecay = 0, decayed = () => true, oneByOne = false, emaDecay }: Settings): Promise<{ state: TensorMap; losses: number[] }> {
  const backend = getBackend(backendId);
  const micros = oneByOne ? 3 : 1;
  const train = trainConfigSchema.parse({ steps, batchSize: 3 / micros, accumulate: micros, emaDecay });
  const model = { config, ranks: null, tensors: weights };
  const step = buildTrainStep({ weights: model, groupOf: (name) => (decayed(name) ? 'decayed' : 'kept'), diffusion, train });
  const program = await backend.compile(step.spec);
  try {
    await program.writeState(initialState(step, model));
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      let loss = 0;
      for (let micro = 0; micro < micros; micro++) {
        const last = micro === micros - 1;
        const rates = step.groups.flatMap((group) => Object.entries(last ? groupScalars(i, BETA1, learningRate, group === 'decayed' ? weightDecay : 0) : { stepSize: 0, decay: 1 }).map(([name, value]) => [`${name}.${group}`, value]));
        const scalars: Record<string, number> = { ...(last ? adamScalars(i, BETA1, BETA2) : { beta1: 1, rest1: 0, beta2: 1, rest2: 0, inverseRootBias2: 1 }), ...Object.fromEntries(rates), emaDecay: last ? emaDecay : 1, emaRest: last ? 1 - emaDecay : 0, ...(oneByOne ? { keepGradient: last ? 0 : 1 } : {}) };
        const part = (tensor: HostTensor) => tensor.data.slice((micro * tensor.data.length) / micros, ((micro + 1) * tensor.data.length) / micros);
        const { outputs } = await program.run({ x0: part(batch.x_start), noise: part(batch.noise), t: part(batch.t), y: part(batch.y), ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])) });
        loss += outputs.loss[0] / micros;
      }
      losses.push(loss);
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
function compare(backend: string, state: TensorMap, statePrefix: string, prefix: string, tolerance: number, largest: number): void {
  const names = Object.keys(expected).filter((name) => name.startsWith(`${prefix}.`));
  expect(names.length).toBeGreaterThan(0);
  let outliers = 0;
  let total = 0;
  for (const name of names) {
    const actual = state[statePrefix + name.slice(prefix.length + 1)].data;
    expect(actual.length).toBe(expected[name].data.length);
    const deviation = { backend, file: 'optim', tensor: name, maxAbs: 0, scale: 0 };
    expected[name].data.forEach((value, i) => {
      const error = Math.abs(value - actual[i]);
      deviation.maxAbs = Math.max(deviation.maxAbs, error);
      deviation.scale = Math.max(deviation.scale, Math.abs(value));
      total++;
      if (error > tolerance) outliers++;
      expect(error, `${name} ${i}`).toBeLessThanOrEqual(largest);
    });
    noteDeviation(deviation);
  }
  expect(outliers).toBeLessThanOrEqual(total / 100);
}

describe.each(GOLDEN_BACKENDS)('training steps on %s', (backend) => {
  it('one step of AdamW, and its running average', async () => {
    const { state } = await trainOn(backend, { steps: 1, learningRate: 1e-4, emaDecay: 0.9999 });
    compare(backend, state, 'weights/', 'step1_lr1e-4', 2e-7, 2e-4);
    compare(backend, state, 'ema/', 'ema1_d0.9999', 2e-7, 2e-4);
  });

  it.skipIf(QUICK)('five steps: losses, weights, running average', async () => {
    const { state, losses } = await trainOn(backend, { steps: 5, learningRate: 1e-3, emaDecay: 0.9 });
    expectGolden(backend, 'optim', 'losses_step5', losses, expected.losses_step5.data, { relative: 1e-5 });
    compare(backend, state, 'weights/', 'step5_lr1e-3', 5e-6, 1e-2);
    compare(backend, state, 'ema/', 'ema5_d0.9', 5e-6, 1e-2);
  });

  it('two steps with decoupled weight decay', async () => {
    const { state, losses } = await trainOn(backend, { steps: 2, learningRate: 1e-3, weightDecay: 0.05, emaDecay: 0.9 });
    expectGolden(backend, 'optim', 'losses_wd', losses, expected.losses_wd.data, { relative: 1e-5 });
    compare(backend, state, 'weights/', 'step2_lr1e-3_wd0.05', 1e-6, 4e-3);
  });

  it.skipIf(QUICK)('five steps with gradients gathered over micro-batches', async () => {
    const { state, losses } = await trainOn(backend, { steps: 5, learningRate: 1e-3, emaDecay: 0.9, oneByOne: true });
    expectGolden(backend, 'optim', 'losses_step5', losses, expected.losses_step5.data, { relative: 1e-5 });
    compare(backend, state, 'weights/', 'step5_lr1e-3', 5e-6, 1e-2);
    compare(backend, state, 'ema/', 'ema5_d0.9', 5e-6, 1e-2);
  });

  it('decay in one group alone', async () => {
    const decayed = (name: string) => name.startsWith('final_layer.linear') || name.startsWith('blocks.0.');
    const { state } = await trainOn(backend, { steps: 1, learningRate: 1e-4, weightDecay: 0.05, decayed, emaDecay: 0.9999 });
    // The first gradient knows nothing of the decay, which takes 1e-4 * 0.05 of each weight away.
    for (const name of Object.keys(weights).filter(decayed)) {
      const moved = state[`weights/${name}`];
      state[`weights/${name}`] = { ...moved, data: Float32Array.from(moved.data, (value, i) => value + 1e-4 * 0.05 * weights[name].data[i]) };
    }
    compare(backend, state, 'weights/', 'step1_lr1e-4', 2e-7, 2e-4);
  });
});
