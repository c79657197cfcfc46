import { beforeAll, describe, expect, test } from 'vitest';
import { uniformRanks, type DiTConfig, type Ranks } from '../../../shared/config';
import { factoredIsCheaper, factorisedForwardMacs, forwardMacs } from '../../../shared/sizes';
import { counterRandom, STREAMS } from '../random';
import { prepareEagerCpu, TFJS_CPU } from '../tensor/eagerCpu';
import { getBackend } from '../tensor/backends';
import { tf } from '../tensor/tf';
import type { TensorMap, Tensors } from '../tensor/types';
import { ditForward, type DiTOptions } from './dit';
import { outChannels, parameterSpecs } from './parameters';

beforeAll(async () => {
  prepareEagerCpu();
  await tf.setBackend(TFJS_CPU);
});

const BASE: DiTConfig = { inputSize: 8, patchSize: 2, inChannels: 3, hiddenSize: 16, depth: 2, heads: 2, mlpRatio: 4, numClasses: 3, learnSigma: false };

function randomWeights(config: DiTConfig, ranks: Ranks | null = null): TensorMap {
  return Object.fromEntries(parameterSpecs(config, ranks).map(({ name, shape }, i) => [name, { shape, data: counterRandom(1, STREAMS.initialisation, i).normals(shape.reduce((a, b) => a * b, 1)).map((v) => v * 0.3) }]));
}
const toTensors = (weights: TensorMap): Tensors => Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]));

function images(config: DiTConfig, batch: number): { x: tf.Tensor; t: tf.Tensor; y: tf.Tensor } {
  const { inChannels: C, inputSize: H } = config;
  return {
    x: tf.tensor(counterRandom(2, STREAMS.noise, 0).normals(batch * C * H * H), [batch, C, H, H]),
    t: tf.tensor1d(Int32Array.from({ length: batch }, (_, i) => (i * 313) % 1000), 'int32'),
    y: tf.tensor1d(Int32Array.from({ length: batch }, (_, i) => i % (config.numClasses + 1)), 'int32'),
  };
}

describe('shapes', () => {
  test.each([1, 2, 4, 8].flatMap((patchSize) => [true, false].map((learnSigma) => ({ patchSize, learnSigma }))))('patch $patchSize, learned variance $learnSigma', ({ patchSize, learnSigma }) => {
    for (const inChannels of [1, 3, 4]) {
      const config = { ...BASE, patchSize, learnSigma, inChannels, inputSize: patchSize === 1 ? 4 : 8 };
      const out = tf.tidy(() => ditForward(config, toTensors(randomWeights(config)), images(config, 2)));
      expect(out.shape).toEqual([2, outChannels(config), config.inputSize, config.inputSize]);
      expect(out.dataSync().every(Number.isFinite)).toBe(true);
    }
  });
});

test('a patch reaches its own place: only the final layer, as the identity on one token, writes there', () => {
  // With all weights but the final bias zero, every token gives the bias: patches repeat it in (row, column, channel) order.
  const config: DiTConfig = { ...BASE, inChannels: 2, learnSigma: false };
  const weights = Object.fromEntries(parameterSpecs(config, null).map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
  weights['final_layer.linear.bias'].data.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const out = ditForward(config, toTensors(weights), images(config, 1)).arraySync();
  expect(out[0][0].slice(0, 2).map((row) => row.slice(2, 4))).toEqual([[1, 3], [5, 7]]);
  expect(out[0][1].slice(6, 8).map((row) => row.slice(0, 2))).toEqual([[2, 4], [6, 8]]);
});

test('images of a batch do not influence each other', () => {
  const params = toTensors(randomWeights(BASE));
  const { x, t, y } = images(BASE, 3);
  const together = ditForward(BASE, params, { x, t, y }).arraySync();
  const alone = ditForward(BASE, params, { x: tf.slice(x, [1, 0, 0, 0], [1, 3, 8, 8]), t: tf.slice(t, [1], [1]), y: tf.slice(y, [1], [1]) }).dataSync();
  together[1].flat(2).forEach((value, i) => expect(value).toBeCloseTo(alone[i], 5));
});

test('a missing parameter is named', () => {
  const { ['blocks.1.mlp.fc2.weight']: _, ...rest } = randomWeights(BASE);
  expect(() => ditForward(BASE, toTensors(rest), images(BASE, 1))).toThrow('blocks.1.mlp.fc2.weight');
});

test('leaves no tensors behind but its result', () => {
  const params = toTensors(randomWeights(BASE));
  const inputs = images(BASE, 2);
  const before = tf.memory().numTensors;
  const out = tf.tidy(() => ditForward(BASE, params, inputs));
  expect(tf.memory().numTensors).toBe(before + 1);
  out.dispose();
});

describe('factorised', () => {
  const ranks: Ranks = { qkv: 5, proj: 4, fc1: 6, fc2: 7, adaLN: 3 };
  const weights = randomWeights(BASE, ranks);

  test('rebuilt, factored and chosen by cost agree', () => {
    const run = (options: DiTOptions): Float32Array | Int32Array | Uint8Array => ditForward(BASE, toTensors(weights), images(BASE, 2), { ranks, ...options }).dataSync();
    const rebuilt = run({ evaluation: 'rebuild' });
    for (const options of [{ evaluation: 'factored' }, { evaluation: 'auto' }, { frozenFactors: true }, { expectedBatch: 100 }] as const) run(options).forEach((value, i) => expect(value).toBeCloseTo(rebuilt[i], 4));
  });

  test('the gradient of sigma agrees with central differences', () => {
    const params = toTensors(weights);
    const inputs = images(BASE, 1);
    const loss = (sigma: tf.Tensor): tf.Scalar => tf.mean(tf.square(ditForward(BASE, { ...params, 'sigma.qkv.0': sigma }, inputs, { ranks, evaluation: 'factored' })));
    const sigma = weights['sigma.qkv.0'].data;
    const gradient = tf.grad(loss)(tf.tensor1d(sigma)).dataSync();
    const scale = Math.max(...gradient.map(Math.abs));
    sigma.forEach((_, k) => {
      const at = (step: number): number => loss(tf.tensor1d(sigma.map((v, j) => (j === k ? v + step : v)))).dataSync()[0];
      expect(Math.abs(gradient[k] - (at(1e-2) - at(-1e-2)) / 2e-2)).toBeLessThan(0.02 * scale + 1e-4);
    });
  });

  test('the choice follows the count of multiply-accumulates', () => {
    const square = { out: 64, in: 64, frozenFactors: false };
    // Few rows: rebuilding alone costs more than the factored product.
    expect(factoredIsCheaper({ ...square, rows: 8, rank: 64 })).toBe(true);
    // Many rows at full rank: two products instead of one.
    expect(factoredIsCheaper({ ...square, rows: 4096, rank: 64 })).toBe(false);
    expect(factoredIsCheaper({ ...square, rows: 4096, rank: 16 })).toBe(true);
    // Between half and three quarters of the rank, sigma alone is cheaper factored.
    expect(factoredIsCheaper({ ...square, rows: 4096, rank: 40 })).toBe(false);
    expect(factoredIsCheaper({ ...square, rows: 4096, rank: 40, frozenFactors: true })).toBe(true);
  });
});

describe('multiply-accumulates that the graph backend counts', () => {
  const compileMacs = async (ranks: Ranks | null, batch: number): Promise<number | null> => {
    const program = await getBackend('onnxruntime').compile({
      name: 'count', constants: {},
      state: Object.fromEntries(parameterSpecs(BASE, ranks).map(({ name, shape }) => [name, { shape, dtype: 'float32' as const }])),
      inputs: { x: { shape: [batch, 3, 8, 8], dtype: 'float32' }, t: { shape: [batch], dtype: 'int32' }, y: { shape: [batch], dtype: 'int32' } },
      body: ({ state, inputs: { x, t, y } }) => ({ state: {}, outputs: { out: ditForward(BASE, state, { x, t, y }, { ranks }) } }),
    });
    const { macs } = program.stats;
    await program.dispose();
    return macs;
  };

  test('are those of the size estimate, dense and factorised', async () => {
    expect(await compileMacs(null, 4)).toBe(4 * forwardMacs(BASE));
    for (const rank of [2, 16]) expect(await compileMacs(uniformRanks(rank), 4)).toBe(4 * factorisedForwardMacs(BASE, uniformRanks(rank), 4));
  });
});
