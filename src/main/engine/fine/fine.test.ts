import { describe, expect, test } from 'vitest';
import { WEIGHT_TYPES, type DiTConfig, type Ranks, uniformRanks } from '../../../shared/config';
import { sigmaName, weightName } from '../model/parameters';
import { counterRandom, STREAMS } from '../random';
import { getBackend } from '../tensor/backends';
import { analyseSigma, principalLine } from './analysis';
import { cpAls } from './cpAls';
import { decompose } from './decompose';
import { initialFactors } from './factors';
import { extractLearngene, initialiseFromLearngene, learngeneWarnings, uvHash } from './learngene';
import { materialise } from './materialise';
import { lineAcrossDepth, nearestLayer } from './overDepth';

const config: DiTConfig = { inputSize: 8, patchSize: 4, inChannels: 3, hiddenSize: 24, depth: 4, heads: 2, mlpRatio: 4, numClasses: 3, learnSigma: false };
const ranks: Ranks = { qkv: 12, proj: 10, fc1: 16, fc2: 24, adaLN: 8 };
const variance = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length;
const backend = getBackend('tfjs-cpu');

describe('start of phase 1', () => {
  test.each(['gaussian', 'orthonormal'] as const)('%s: every block weight has the variance of the official start, adaLN is zero', async (start) => {
    const dense = await materialise(initialFactors({ ...config, hiddenSize: 96 }, uniformRanks(96), { start, seed: 3 }), backend);
    for (const type of WEIGHT_TYPES) {
      const { data, shape } = dense.tensors[weightName(type, 1)];
      if (type === 'adaLN') expect(variance(data)).toBe(0);
      else expect(variance(data) / (2 / (shape[0] + shape[1]))).toBeCloseTo(1, 1);
    }
  });

  test('adaLN is zero through U or through sigma, and the other factor is not', () => {
    const size = (name: string, adaLNZero?: 'U' | 'sigma') => variance(initialFactors(config, ranks, { start: 'gaussian', adaLNZero, seed: 3 }).tensors[name].data);
    expect([size('U.adaLN'), size('U.adaLN', 'sigma') > 0]).toEqual([0, true]);
    expect([size(sigmaName('adaLN', 1)) > 0, size(sigmaName('adaLN', 1), 'sigma')]).toEqual([true, 0]);
    expect(size(sigmaName('qkv', 1), 'sigma')).toBe(size(sigmaName('qkv', 1)));
  });

  test('orthonormal columns are orthonormal', () => {
    const { data, shape } = initialFactors(config, ranks, { start: 'orthonormal', seed: 1 }).tensors['U.qkv'];
    const [rows, rank] = shape;
    for (let a = 0; a < rank; a++)
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < rows; i++) dot += data[i * rank + a] * data[i * rank + b];
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 6);
      }
  });

  test('more orthonormal columns than rows are refused', () => {
    expect(() => initialFactors(config, { ...ranks, proj: 25 }, { start: 'orthonormal', seed: 1 })).toThrow('25 orthonormal columns do not fit into 24 rows');
  });

  test('depends on the seed and on nothing else', () => {
    const hash = (seed: number): string => uvHash(initialFactors(config, ranks, { start: 'gaussian', seed }).tensors);
    expect(hash(5)).toBe(hash(5));
    expect(hash(5)).not.toBe(hash(6));
  });
});

describe('over depth', () => {
  test('a line stays the line it is, at any depth', () => {
    const layers = [0, 1, 2, 3].map((l) => Float32Array.of(1 + 3 * l, -l));
    expect(lineAcrossDepth(layers, 7).map((v) => v[0])).toEqual([1, 2.5, 4, 5.5, 7, 8.5, 10]);
    expect(lineAcrossDepth(layers, 1)[0][1]).toBeCloseTo(-1.5);
    expect(lineAcrossDepth([Float32Array.of(2)], 3).map((v) => v[0])).toEqual([2, 2, 2]);
  });

  test('the nearest layer by relative depth', () => {
    expect([0, 1, 2].map((l) => nearestLayer(l, 3, 6))).toEqual([0, 3, 5]);
  });
});

/** A factorised model whose sigma differs from layer to layer. */
function trained() {
  const weights = initialFactors(config, ranks, { start: 'gaussian', seed: 1 });
  WEIGHT_TYPES.forEach((type, i) => {
    for (let block = 0; block < config.depth; block++) {
      const noise = counterRandom(9, STREAMS.sigmaStart, block * 5 + i).normals(ranks[type]);
      weights.tensors[sigmaName(type, block)].data.forEach((_, k, all) => (all[k] = 1 + 0.2 * block + 0.02 * noise[k]));
    }
  });
  return weights;
}

describe('learngene', () => {
  const learngene = extractLearngene(trained());

  test.each([1, 2, 4, 9])('initialises depth %i with the same U and V', (depth) => {
    for (const start of ['line', 'mean', 'random', 'random-rms', 'identical', 'carry'] as const) {
      const weights = initialiseFromLearngene(learngene, depth, start, 7);
      expect(weights.config.depth).toBe(depth);
      expect(uvHash(weights.tensors)).toBe(uvHash(learngene.tensors));
      expect(weights.tensors[sigmaName('qkv', depth - 1)].data.every(Number.isFinite)).toBe(true);
    }
  });

  test('carrying over at the same depth gives the source back', () => {
    const back = initialiseFromLearngene(learngene, config.depth, 'carry', 0);
    for (let block = 0; block < config.depth; block++) expect(back.tensors[sigmaName('fc1', block)].data).toEqual(learngene.tensors[sigmaName('fc1', block)].data);
  });

  test('the random starts leave every block the identity', () => {
    for (const start of ['random', 'identical'] as const) expect(variance(initialiseFromLearngene(learngene, 3, start, 1).tensors[sigmaName('adaLN', 2)].data)).toBe(0);
  });

  test('the hash of U and V sees a single changed bit and nothing else', () => {
    const changed = { ...learngene.tensors, 'V.fc2': { ...learngene.tensors['V.fc2'], data: Float32Array.from(learngene.tensors['V.fc2'].data) } };
    const other = { ...learngene.tensors, 'sigma.fc2.0': { shape: [24], data: new Float32Array(24) } };
    expect(uvHash(other)).toBe(uvHash(learngene.tensors));
    changed['V.fc2'].data[5] = Math.fround(changed['V.fc2'].data[5] * (1 + 2 ** -22));
    expect(uvHash(changed)).not.toBe(uvHash(learngene.tensors));
  });

  test('without sigma it cannot start from a line, and says so', () => {
    const bare = { ...learngene, tensors: Object.fromEntries(Object.entries(learngene.tensors).filter(([name]) => !name.startsWith('sigma.'))) };
    expect(() => initialiseFromLearngene(bare, 2, 'line', 0)).toThrow('carries no sigma');
    expect(initialiseFromLearngene(bare, 2, 'identical', 0).tensors[sigmaName('qkv', 0)].data[0]).toBe(1);
  });

  test('warns of signs that change from layer to layer, and only of those', () => {
    expect(learngeneWarnings(learngene)).toEqual([]);
    const flipped = { ...learngene, tensors: { ...learngene.tensors } };
    for (let block = 0; block < config.depth; block++) {
      const signs = counterRandom(4, STREAMS.sigmaStart, block).normals(ranks.fc1);
      flipped.tensors[sigmaName('fc1', block)] = { shape: [ranks.fc1], data: learngene.tensors[sigmaName('fc1', block)].data.map((v, k) => v * Math.sign(signs[k])) as Float32Array };
    }
    expect(learngeneWarnings(flipped)).toEqual([expect.stringContaining('fc1')]);
  });
});

describe('CP-ALS', () => {
  test('recovers weights that have shared factors', async () => {
    const dense = await materialise(trained(), backend);
    const layers = [0, 1, 2, 3].map((block) => Float32Array.from(dense.tensors[weightName('proj', block)].data));
    const found = await cpAls(layers, 24, 24, { rank: 10, iterations: 200, seed: 0, backend });
    expect(Math.max(...found.errors)).toBeLessThan(0.02);
  });

  test('the errors it reports are those of the weights it gives', async () => {
    const dense = await materialise(trained(), backend);
    const found = await decompose(dense, { ranks: uniformRanks(6), iterations: 8, seed: 1, backend });
    const rebuilt = await materialise(found.weights, backend);
    for (const type of ['qkv', 'fc2'] as const)
      for (let block = 0; block < config.depth; block++) {
        const [W, R] = [dense, rebuilt].map((m) => m.tensors[weightName(type, block)].data);
        let left = 0;
        W.forEach((w, i) => (left += (w - R[i]) ** 2));
        expect(found.errors[type][block]).toBeCloseTo(Math.sqrt(left / (variance(W) * W.length)), 4);
      }
  });

  test('each iteration only improves', async () => {
    const errors: number[] = [];
    const layers = [0, 1, 2].map((l) => counterRandom(l, STREAMS.metrics, 1).normals(12 * 8));
    await cpAls(layers, 12, 8, { rank: 5, iterations: 15, seed: 2, backend, onIteration: (_, error) => errors.push(error) });
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThanOrEqual(errors[i - 1] + 1e-6);
  });
});

describe('analysis', () => {
  test('layers on a line over depth have R2 1 and align by relative depth', () => {
    const source = extractLearngene(trained());
    const models = [3, 6].map((depth) => initialiseFromLearngene(source, depth, 'line', 0));
    const { pca, alignment, sigma } = analyseSigma(models);
    expect(pca.all.r2).toBeCloseTo(1, 6);
    expect(pca.all.explained[0]).toBeCloseTo(1, 6);
    expect(sigma[1].qkv).toHaveLength(6);
    expect(alignment[1]).toHaveLength(6);
  });

  test('random layers have no line', () => {
    const layers = Array.from({ length: 12 }, (_, l) => Array.from(counterRandom(l, STREAMS.metrics, 3).normals(40)));
    expect(principalLine([layers]).r2).toBeLessThan(0.6);
  });
});
