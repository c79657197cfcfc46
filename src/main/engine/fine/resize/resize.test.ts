import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { type DiTConfig, type Ranks, WEIGHT_TYPES, diffusionSchema } from '../../../../shared/config';
import { ditDefault } from '../../initialize/ditDefault';
import { positionTable } from '../../model/dit';
import { parameterSpecs } from '../../model/parameters';
import type { ModelWeights } from '../../model/types';
import { STREAMS, counterRandom } from '../../random';
import { getBackend } from '../../tensor/backends';
import type { HostTensor, TensorMap } from '../../tensor/types';
import { batchSource } from '../../train/batches';
import { tinyData } from '../../train/testkit';
import { materialise } from '../materialise';
import { headChannels, residualChannels, spread } from './channels';
import { measureMoments } from './moments';
import { embeddingKernel, outputKernel, resampling } from './patchKernel';
import { estimation, projectChannels } from './project';
import { resizeLearngene } from './resize';
import { chosenChannels, selectChannels } from './select';

const config: DiTConfig = { inputSize: 8, patchSize: 4, inChannels: 3, hiddenSize: 16, depth: 3, heads: 2, mlpRatio: 2, numClasses: 3, learnSigma: false };
const ranks: Ranks = { qkv: 9, proj: 8, fc1: 10, fc2: 7, adaLN: 6 };
const backend = getBackend('tfjs-cpu');

function source(): ModelWeights {
  const tensors = parameterSpecs(config, ranks).map(({ name, shape }, i) => [name, { shape, data: counterRandom(4, STREAMS.initialisation, i).normals(shape.reduce((a, b) => a * b, 1)).map((x) => 0.4 * x) }] as const);
  return { config, ranks, tensors: Object.fromEntries(tensors) };
}
const shapeOf = (change: Partial<DiTConfig>): DiTConfig => ({ ...config, ...change });
const product = (w: HostTensor, x: readonly number[]): number[] => Array.from({ length: w.shape[0] }, (_, i) => x.reduce((sum, v, j) => sum + w.data[i * x.length + j] * v, 0));
const taken = (x: readonly number[], from: readonly number[]): number[] => from.map((i) => x[i]);

describe('channels', () => {
  test('narrower: evenly spread, each channel once; wider: each equally often', () => {
    expect(spread(24, 16)).toEqual([0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21, 22]);
    expect(spread(2, 6)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(new Set(spread(24, 16)).size).toBe(16);
  });

  test('a channel of the residual stream keeps its wave of the position table, at half the width exactly', () => {
    const [wide, narrow] = [positionTable(96, 8), positionTable(48, 8)];
    const chosen = residualChannels({ hiddenSize: 96, heads: 4 }, { hiddenSize: 48, heads: 4 });
    for (let token = 0; token < 64; token++) chosen.forEach((channel, c) => expect(wide[token * 96 + channel]).toBeCloseTo(narrow[token * 48 + c], 6));
    // The nearest frequency elsewhere, of the same wave.
    residualChannels({ hiddenSize: 96, heads: 4 }, { hiddenSize: 64, heads: 4 }).forEach((channel, c) => {
      expect(Math.floor(channel / 24)).toBe(Math.floor(c / 16));
      expect(Math.abs((channel % 24) / 24 - (c % 16) / 16)).toBeLessThan(1 / 24);
    });
  });

  test('heads of the same width are taken whole, others keep to themselves', () => {
    expect(headChannels({ hiddenSize: 8, heads: 4 }, { hiddenSize: 4, heads: 2 })).toEqual([0, 1, 4, 5]);
    expect(headChannels({ hiddenSize: 16, heads: 2 }, { hiddenSize: 8, heads: 2 })).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
    expect(headChannels({ hiddenSize: 16, heads: 4 }, { hiddenSize: 16, heads: 2 })).toEqual(spread(16, 16));
  });
});

describe('patches', () => {
  const random = (n: number): Float32Array => counterRandom(1, STREAMS.initialisation, n).normals(n);

  test('a resampled picture of one colour keeps it', () => {
    for (const [from, to] of [[4, 8], [8, 4], [4, 6], [2, 1]]) for (let i = 0; i < to * to; i++) expect(resampling(from, to).getRow(i).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });

  test('a larger kernel answers a resampled patch as the old one the patch', () => {
    const kernel = { shape: [2 * 16], data: random(32) };
    const larger = embeddingKernel(4, 8, 2)(kernel);
    const patch = Array.from(random(33).subarray(0, 16));
    const enlarged = resampling(4, 8).mmul(Matrix.columnVector(patch)).to1DArray();
    for (const channel of [0, 1]) {
      const answer = patch.reduce((sum, v, i) => sum + v * kernel.data[channel * 16 + i], 0);
      expect(enlarged.reduce((sum, v, i) => sum + v * larger.data[channel * 64 + i], 0)).toBeCloseTo(answer, 4);
    }
  });

  test('smaller patches: what is put in comes out', () => {
    // An identity from pixels to pixels, as one embedding channel per pixel and an output layer that reads it off again.
    const identity = { shape: [16, 16], data: Float32Array.from({ length: 256 }, (_, i) => (i % 17 === 0 ? 1 : 0)) };
    const transposeOfEmbedding = embeddingKernel(4, 2, 1)(identity);
    const output = outputKernel(4, 2, 1)(identity);
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        let sum = 0;
        for (let k = 0; k < 16; k++) sum += output.data[i * 16 + k] * transposeOfEmbedding.data[j * 16 + k];
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 5);
      }
  });

  test('output channels of one pixel stay together', () => {
    const constant = { shape: [4 * 3, 1], data: Float32Array.from({ length: 12 }, (_, i) => i % 3) };
    expect(Array.from(outputKernel(2, 4, 3)(constant).data, (v) => Math.round(v * 1e5) / 1e5)).toEqual(Array.from({ length: 48 }, (_, i) => i % 3));
  });
});

describe('a resized learngene', () => {
  test.each([shapeOf({ hiddenSize: 8 }), shapeOf({ hiddenSize: 24, heads: 3 }), shapeOf({ heads: 4 }), shapeOf({ patchSize: 2 }), shapeOf({ hiddenSize: 12, heads: 1, patchSize: 8 })])('has the tensors of its shape, the ranks and sigma of the source (%#)', (target) => {
    const before = source();
    const resized = resizeLearngene({ ...before, ranks }, target, selectChannels(config, target));
    expect(Object.entries(resized.tensors).map(([name, { shape, data }]) => [name, shape, data.length])).toEqual(parameterSpecs(target, ranks).map(({ name, shape }) => [name, shape, shape.reduce((a, b) => a * b, 1)]));
    expect(resized.tensors['sigma.fc1.1'].data).toEqual(before.tensors['sigma.fc1.1'].data);
    expect(resized.ranks).toEqual(ranks);
  });

  test('of the same shape is the learngene itself', () => {
    const before = source();
    const same = resizeLearngene({ ...before, ranks }, config, selectChannels(config, config)).tensors;
    for (const [name, { data }] of Object.entries(before.tensors)) expect(same[name].data, name).toEqual(data);
  });

  test('of twice the width multiplies as the source does', async () => {
    const target = shapeOf({ hiddenSize: 32 });
    const small = await materialise(source(), backend);
    const wide = await materialise(resizeLearngene({ ...source(), ranks }, target, selectChannels(config, target)), backend);
    const { residual, inner, hidden, conditioning } = chosenChannels(config, target);
    const chunks = (from: readonly number[], n: number): number[] => Array.from({ length: n }, (_, c) => from.map((i) => i + 16 * c)).flat();
    const ends = { qkv: [chunks(inner, 3), residual], proj: [residual, inner], fc1: [hidden, residual], fc2: [residual, hidden], adaLN: [chunks(residual, 6), conditioning] } as const;
    for (const type of WEIGHT_TYPES) {
      const name = { qkv: 'attn.qkv', proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2', adaLN: 'adaLN_modulation.1' }[type];
      const [a, b] = [small, wide].map(({ tensors }) => tensors[`blocks.1.${name}.weight`]);
      const x = Array.from(counterRandom(9, STREAMS.initialisation, 0).normals(a.shape[1]));
      const wanted = taken(product(a, x), ends[type][0]);
      // Heads twice as wide divide by a larger root: the queries make up for it.
      const scale = (i: number): number => (type === 'qkv' && i < 32 ? Math.SQRT1_2 : 1);
      product(b, taken(x, ends[type][1])).forEach((value, i) => expect(value, `${type} ${i}`).toBeCloseTo(scale(i) * wanted[i], 4));
    }
  });

  test('selection keeps the variance of a product of independent inputs', () => {
    const target = shapeOf({ hiddenSize: 8 });
    const wide: TensorMap = { ...source().tensors, 'V.fc1': { shape: [16, 10], data: new Float32Array(160).fill(1) } };
    const { 'V.fc1': v } = resizeLearngene({ config, ranks, tensors: wide }, target, selectChannels(config, target)).tensors;
    const squares = (data: ArrayLike<number>): number => Array.from(data).reduce((sum, x) => sum + x * x, 0);
    expect(squares(v.data)).toBeCloseTo(160, 3);
  });
});

describe('projection', () => {
  test('channels that follow from those that stay are lost without loss', () => {
    // Channel 3 = 2 x channel 0 - channel 1.
    const free = new Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1], [2, -1, 0]]);
    const a = estimation(free.mmul(free.transpose()).mul(100), [0, 1, 2]);
    expect(a.getColumn(3).map((v) => Math.round(v * 10) / 10)).toEqual([2, -1, 0]);
    expect(a.getColumn(2)[2]).toBeCloseTo(1, 1);
  });

  test('predicts what the source predicts better than selection', async () => {
    const data = tinyData(20, 0, { ...config, inputSize: 8 });
    const dense = ditDefault(config, 2);
    const before = source();
    const model: ModelWeights = { ...before, tensors: { ...before.tensors, ...Object.fromEntries(Object.entries(dense.tensors).filter(([name]) => /^[xyt]_embedder/.test(name))) } };
    const batches = batchSource(data, { train: { batchSize: 10, accumulate: 2, seed: 0, horizontalFlip: false, labelDropout: 0 }, timesteps: 1000, nullClass: 3 })(0);
    const diffusion = diffusionSchema.parse({});
    const target = shapeOf({ hiddenSize: 12 });
    const moments = await measureMoments(model, batches, { diffusion, backend });
    // E[|V^T x - V'^T S x|^2] over what the layer was given.
    const error = (v: HostTensor, kept: readonly number[]): number => {
      const full = new Matrix(16, 10);
      for (let i = 0; i < 16; i++) for (let k = 0; k < 10; k++) full.set(i, k, model.tensors['V.fc1'].data[i * 10 + k]);
      kept.forEach((channel, j) => { for (let k = 0; k < 10; k++) full.set(channel, k, full.get(channel, k) - v.data[j * 10 + k]); });
      return full.transpose().mmul(moments.fc1).mmul(full).trace();
    };
    const { residual } = chosenChannels(config, target);
    const [selected, projected] = [selectChannels(config, target), projectChannels(config, target, moments)].map((maps) => resizeLearngene({ ...model, ranks }, target, maps).tensors['V.fc1']);
    expect(error(projected, residual)).toBeLessThan(0.8 * error(selected, residual));

    const wider = shapeOf({ hiddenSize: 32 });
    const [chosen, estimated] = [selectChannels(config, wider), projectChannels(config, wider, moments)].map((maps) => resizeLearngene({ ...model, ranks }, wider, maps).tensors);
    expect(estimated).toEqual(chosen);
  });
});
