import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { DiTConfig } from '../../../shared/config';
import { biasName, parameterSpecs, weightName } from '../model/parameters';
import type { TensorMap } from '../tensor/types';
import { ditDefault } from './ditDefault';
import { normal } from './draw';
import { heStart } from './he';
import { gateTable, kind, kindRanks } from './kind';
import { autoLearngene, heurLearngene } from './learngeneLayers';
import { ligo } from './ligo';
import { svd, toMatrix } from './linearAlgebra';
import { materialiseForm } from './materialise';
import { mimeticStart } from './mimetic';
import { endToEnd, evenlySpaced, firstN, roundHalfEven } from './selection';
import { shareInit } from './shareInit';
import { svdiff } from './svdiff';
import { tleg } from './tleg';
import { equalStorageRank, truncateBlocks } from './truncatedSvd';
import type { Source } from './types';
import { SCALER, TEMPLATES, wave } from './wave';
import { selectFirst, selectUniform } from './weightSelection';

const config: DiTConfig = { inputSize: 4, patchSize: 2, inChannels: 3, hiddenSize: 8, depth: 4, heads: 2, mlpRatio: 2, numClasses: 3, learnSigma: false };
const at = (depth: number) => ({ ...config, depth });

/** A dense model with no tensor left at zero. */
function randomTeacher(of: DiTConfig = config): Source {
  return { config: of, ranks: null, tensors: Object.fromEntries(parameterSpecs(of, null).map(({ name, shape }) => [name, normal(shape, 0.3, 5, `teacher.${name}`)])) };
}

/** The trained form of a method's own source, every tensor random. */
function randomSource(tensors: TensorMap, ranks: Source['ranks'] = null): Source {
  return { config, ranks, tensors: Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, normal(t.shape, 0.3, 6, name)])) };
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((max, x, i) => Math.max(max, Math.abs(x - b[i])), 0);

describe('selection of indices', () => {
  it('rounds halves to even', () => expect([0.5, 1.5, 2.5, 3.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 4, 2, 3]));
  it('takes every k-th when the sizes divide, else spreads from end to end', () => {
    expect(evenlySpaced(8, 4)).toEqual([0, 2, 4, 6]);
    expect(evenlySpaced(8, 3)).toEqual([0, 4, 7]);
    expect(evenlySpaced(6, 4)).toEqual([0, 2, 3, 5]);
    expect(endToEnd(4, 6)).toEqual([0, 1, 1, 2, 2, 3]);
    expect(endToEnd(4, 1)).toEqual([0]);
    expect(firstN(4, 6)).toEqual([0, 1, 2, 3, 3, 3]);
  });
});

describe('He', () => {
  it('has deviation sqrt(2 / in) in the four matrices and changes nothing else', () => {
    const big = { ...config, hiddenSize: 64, depth: 1 };
    const { tensors } = heStart(big, 1);
    const w = tensors[weightName('fc2', 0)];
    const square = Array.from(w.data).reduce((a, x) => a + x * x, 0) / w.data.length;
    expect(Math.abs(square / (2 / 128) - 1)).toBeLessThan(5 * Math.sqrt(2 / w.data.length));
    expect(tensors[weightName('adaLN', 0)].data.every((x) => x === 0)).toBe(true);
    expect(tensors['x_embedder.proj.weight']).toEqual(ditDefault(big, 1).tensors['x_embedder.proj.weight']);
  });
});

describe('Mimetic', () => {
  const wide = { ...config, hiddenSize: 32, heads: 4, depth: 1 };
  const { tensors } = mimeticStart(wide, 3);
  const qkv = toMatrix(tensors[weightName('qkv', 0)]);
  const rows = (from: number, count: number) => qkv.subMatrix(from, from + count - 1, 0, 31);

  it('gives x W_v^T W_proj^T = 0.4 Z - 0.4 I, whose diagonal is near -0.4', () => {
    const map = rows(64, 32).transpose().mmul(toMatrix(tensors[weightName('proj', 0)]).transpose());
    const diagonal = map.diagonal().reduce((a, x) => a + x, 0) / 32;
    expect(diagonal).toBeCloseTo(-0.4, 1);
    const noise = map.sub(Matrix.eye(32).mul(-0.4));
    expect(noise.norm('frobenius') / 32).toBeCloseTo(0.4 / Math.sqrt(32), 2);
  });

  it('gives each head a product of rank dh with the largest singular values of 0.7 Z + 0.7 I', () => {
    for (const head of [0, 3]) {
      const product = rows(head * 8, 8).transpose().mmul(rows(32 + head * 8, 8));
      const { s } = svd(product);
      expect(s[8]).toBeLessThan(1e-6);
      expect(s[0]).toBeGreaterThan(1.2);
      // The trace of a near-identity product stays positive: queries and keys agree.
      expect(product.trace()).toBeGreaterThan(0);
    }
  });

  it('is balanced: W_q and W_k carry the square roots of the spectrum', () => {
    const norm = (m: Matrix) => m.mmul(m.transpose()).diagonal();
    expect(largestGap(norm(rows(0, 8)), norm(rows(32, 8)))).toBeLessThan(1e-5);
  });
});

describe('weight selection', () => {
  const teacher = randomTeacher();
  it('copies the first layers at equal width', () => {
    const { trainable } = selectFirst.target(teacher, at(2), 0);
    expect(trainable[weightName('fc1', 1)]).toEqual(teacher.tensors[weightName('fc1', 1)]);
    expect(trainable['y_embedder.embedding_table.weight']).toEqual(teacher.tensors['y_embedder.embedding_table.weight']);
  });
  it('spreads layers in the uniform variant', () => {
    const { trainable } = selectUniform.target(teacher, at(2), 0);
    expect(trainable[weightName('fc1', 1)]).toEqual(teacher.tensors[weightName('fc1', 3)]);
  });
  it('thins each axis by its own rule, q, k and v apart for an integer step', () => {
    const { trainable } = selectFirst.target(teacher, { ...at(1), hiddenSize: 4 }, 0);
    const small = trainable[weightName('qkv', 0)];
    const big = teacher.tensors[weightName('qkv', 0)];
    expect(small.shape).toEqual([12, 4]);
    for (const [i, j] of [[0, 0], [3, 1], [4, 3], [11, 2]]) expect(small.data[i * 4 + j]).toBe(big.data[2 * i * 8 + 2 * j]);
  });
});

describe('Heur-LG and Auto-LG', () => {
  const teacher = randomTeacher();
  it('Heur-LG keeps the last quarter last', () => {
    const { trainable } = heurLearngene.target(teacher, at(3), 9);
    expect(trainable[weightName('proj', 2)].data).toEqual(teacher.tensors[weightName('proj', 3)].data);
    expect(trainable[weightName('proj', 1)].data).toEqual(ditDefault(at(3), 9).tensors[weightName('proj', 1)].data);
  });
  it('Auto-LG keeps the first half first', () => {
    const { trainable } = autoLearngene.target(teacher, at(3), 9);
    expect(trainable[weightName('proj', 1)].data).toEqual(teacher.tensors[weightName('proj', 1)].data);
    expect(trainable[weightName('proj', 2)].data).toEqual(ditDefault(at(3), 9).tensors[weightName('proj', 2)].data);
  });
});

describe('TLEG', () => {
  it('is theta_a + (l / L) theta_b with the target\'s own depth', async () => {
    const source = randomSource(tleg.source!(config, 1).trainable);
    const { tensors } = await materialiseForm(tleg.target(source, at(5), 0));
    for (const [name, part] of [[weightName('fc2', 3), 'fc2.weight'], [biasName('adaLN', 3), 'adaLN.bias']]) {
      const [a, b] = ['a', 'b'].map((half) => source.tensors[`tleg.${half}.${part}`].data);
      expect(largestGap(tensors[name].data, Float32Array.from(a, (x, i) => x + (3 / 5) * b[i]))).toBeLessThan(1e-6);
    }
  });
  it('starts with blocks that are the identity', async () => {
    const { tensors } = await materialiseForm(tleg.source!(config, 1));
    expect(tensors[weightName('adaLN', 2)].data.every((x) => x === 0)).toBe(true);
  });
});

describe('Share Init', () => {
  it('has one block everywhere', async () => {
    const source = randomSource(shareInit.source!(config, 1).trainable);
    const { tensors } = await materialiseForm(shareInit.target(source, at(6), 0));
    expect(tensors[weightName('qkv', 5)].data).toEqual(source.tensors[weightName('qkv', 0)].data);
  });
});

describe('WAVE', () => {
  it('is a sum of Kronecker products', async () => {
    const source = randomSource(wave.source!(config, 1).trainable);
    const form = wave.source!(config, 1);
    const { tensors } = await materialiseForm({ ...form, trainable: source.tensors });
    const T = source.tensors['wave.template.fc1'].data;
    const S = source.tensors['wave.scaler.fc1.2'].data;
    const columns = 8 / SCALER;
    const W = tensors[weightName('fc1', 2)].data;
    for (const [i, k, j, m] of [[0, 0, 0, 0], [3, 1, 1, 2], [2, 3, 0, 3]]) {
      let sum = 0;
      for (let t = 0; t < TEMPLATES; t++) sum += T[t * 4 * columns + i * columns + j] * S[t * SCALER * SCALER + k * SCALER + m];
      expect(W[(i * SCALER + k) * 8 + j * SCALER + m]).toBeCloseTo(sum, 5);
    }
  });
  it('freezes templates and puts scalers on their line over depth', () => {
    const source = randomSource(wave.source!(config, 1).trainable);
    const form = wave.target(source, config, 0);
    expect(form.frozen['wave.template.qkv']).toBe(source.tensors['wave.template.qkv']);
    const mean = (tensors: TensorMap) => [0, 1, 2, 3].reduce((sum, l) => sum + tensors[`wave.scaler.qkv.${l}`].data[5], 0) / 4;
    expect(mean(form.trainable)).toBeCloseTo(mean(source.tensors), 5);
  });
});

describe('LiGO', () => {
  const teacher = randomTeacher();
  it('starts close to stacking: row l leads to source block l mod L1, rows sum to 1', () => {
    const { trainable } = ligo.target(teacher, at(6), 0);
    const D = trainable['ligo.depth.fc1.weight'];
    expect(D.shape).toEqual([6, 4]);
    for (let l = 0; l < 6; l++) {
      const row = Array.from(D.data.slice(l * 4, l * 4 + 4));
      expect(row.indexOf(Math.max(...row))).toBe(l % 4);
      expect(row.reduce((a, x) => a + x, 0)).toBeCloseTo(1, 6);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
    }
  });
  it('mixes layers by its coefficients', async () => {
    const form = ligo.target(teacher, at(6), 0);
    const D = form.trainable['ligo.depth.proj.bias'].data;
    const { tensors } = await materialiseForm(form);
    const expected = Float32Array.from({ length: 8 }, (_, k) => [0, 1, 2, 3].reduce((sum, j) => sum + D[5 * 4 + j] * teacher.tensors[biasName('proj', j)].data[k], 0));
    expect(largestGap(tensors[biasName('proj', 5)].data, expected)).toBeLessThan(1e-6);
  });
  it('grows width keeping the old coordinates and mixing the new ones', async () => {
    const wide = { ...at(4), hiddenSize: 12, heads: 3 };
    const form = ligo.target(teacher, wide, 0);
    const { tensors } = await materialiseForm(form);
    for (const { name, shape } of parameterSpecs(wide, null)) expect(tensors[name].shape).toEqual(shape);
    const E = form.trainable['ligo.width.residual'].data;
    const table = tensors['y_embedder.embedding_table.weight'].data;
    const old = teacher.tensors['y_embedder.embedding_table.weight'].data;
    expect(table[1 * 12 + 3]).toBe(old[1 * 8 + 3]);
    const grown = Array.from({ length: 8 }, (_, k) => E[2 * 8 + k] * old[1 * 8 + k]).reduce((a, x) => a + x, 0);
    expect(table[1 * 12 + 10]).toBeCloseTo(grown, 5);
  });
  it('refuses to shrink', () => expect(() => ligo.target(teacher, { ...config, hiddenSize: 4 }, 0)).toThrow('LiGO grows models'));
});

describe('SVD', () => {
  const teacher = randomTeacher();
  it('truncation leaves exactly the error of the singular values cut off', () => {
    const out = truncateBlocks(teacher, config, 3);
    const W = toMatrix(teacher.tensors[weightName('fc1', 1)]);
    const { s } = svd(W);
    const error = toMatrix(out[weightName('fc1', 1)]).sub(W).norm('frobenius');
    expect(error).toBeCloseTo(Math.sqrt(s.slice(3).reduce((a, x) => a + x * x, 0)), 5);
  });
  it('stores about what shared factors of full rank store', () => expect(equalStorageRank({ ...config, hiddenSize: 96, depth: 6 })).toBe(16));
  it('SVDiff starts as the copied model', async () => {
    const { tensors } = await materialiseForm(svdiff.target(teacher, at(2), 0));
    for (const { name, shape } of parameterSpecs(at(2), null)) {
      expect(tensors[name].shape).toEqual(shape);
      expect(largestGap(tensors[name].data, teacher.tensors[name].data)).toBeLessThan(1e-5);
    }
  });
  it('SVDiff shifts the singular values of every matrix, outside the blocks too, and of nothing else', () => {
    const { trainable, frozen } = svdiff.target(teacher, at(2), 0);
    const weights = parameterSpecs(at(2), null).filter(({ name }) => name.endsWith('.weight'));
    expect(Object.keys(trainable)).toEqual(weights.map(({ name }) => `svdiff.delta.${name}`));
    expect(trainable['svdiff.delta.x_embedder.proj.weight'].shape).toEqual([Math.min(at(2).hiddenSize, at(2).inChannels * at(2).patchSize ** 2)]);
    expect(Object.keys(frozen).filter((name) => !name.startsWith('svdiff.')).every((name) => name.endsWith('.bias'))).toBe(true);
  });
  it('SVDiff lets no singular value become negative', async () => {
    const form = svdiff.target(teacher, at(1), 0);
    form.trainable[`svdiff.delta.${weightName('proj', 0)}`].data.fill(-100);
    const { tensors } = await materialiseForm(form);
    expect(tensors[weightName('proj', 0)].data.every((x) => x === 0)).toBe(true);
  });
});

describe('KIND', () => {
  it('opens the learngene for all and one group of tailors per class', () => {
    const table = gateTable(3, 2, 1);
    expect([...table]).toEqual([1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0.5, 0.5]);
  });
  it('carries the learngene and draws new tailors', () => {
    const source = randomSource(kind.source!(config, 1).trainable);
    const { trainable } = kind.target(source, at(2), 7);
    const { learngene, tailor } = kindRanks('qkv', config);
    const rank = learngene + 2 * tailor;
    expect(trainable['kind.V.qkv.1'].data.subarray(0, learngene)).toEqual(source.tensors['kind.V.qkv.1'].data.subarray(0, learngene));
    expect(trainable['kind.V.qkv.1'].data.subarray(learngene, rank)).not.toEqual(source.tensors['kind.V.qkv.1'].data.subarray(learngene, rank));
  });
});
