import { Matrix } from 'ml-matrix';
import type { DiTConfig } from '../../../shared/config';
import type { ModelWeights } from '../model/types';
import { weightName } from '../model/parameters';
import { ditDefault } from './ditDefault';
import { normal } from './draw';
import { fromMatrix, svd, toMatrix } from './linearAlgebra';
import type { Initialization } from './types';

/**
 * Mimetic initialisation (Trockman & Kolter 2023): the attention products of trained transformers imitated.
 * Per head, W_q^T W_k is the best rank-dh part of 0.7 Z + 0.7 I; per block, the map x -> x W_v^T W_proj^T is 0.4 Z - 0.4 I;
 * Z has independent N(0, 1/d) entries and is fresh for each. With A = U S V^T: W_q = (U S^1/2)^T and W_k = (V S^1/2)^T restricted
 * to the first dh rows. For values the product must come out as x B in the row convention y = x W^T, hence
 * W_v = (U S^1/2)^T and W_proj = (S^1/2 V^T)^T, so that W_v^T W_proj^T = U S V^T = B.
 * Biases, MLP, embedders, adaLN and final layer stay as in the official DiT start (positions are its sin-cos table, which
 * the method relies on). In a DiT the gates are zero at first, so it acts only once they open.
 *
 * Cost: one SVD of a d x d matrix per head and block, and one per block.
 */
export function mimeticStart(config: DiTConfig, seed: number): ModelWeights {
  const d = config.hiddenSize;
  const headSize = d / config.heads;
  const model = ditDefault(config, seed);
  for (let block = 0; block < config.depth; block++) {
    const qkv = Matrix.zeros(3 * d, d);
    for (let head = 0; head < config.heads; head++) {
      const { left, right } = balanced(noisyIdentity(d, 0.7, 0.7, seed, `mimetic.${block}.${head}`));
      for (let k = 0; k < headSize; k++) {
        for (let j = 0; j < d; j++) {
          qkv.set(head * headSize + k, j, left.get(j, k));
          qkv.set(d + head * headSize + k, j, right.get(j, k));
        }
      }
    }
    const { left, right } = balanced(noisyIdentity(d, 0.4, -0.4, seed, `mimetic.${block}.value`));
    qkv.setSubMatrix(left.transpose(), 2 * d, 0);
    model.tensors[weightName('qkv', block)] = fromMatrix(qkv);
    model.tensors[weightName('proj', block)] = fromMatrix(right);
  }
  return model;
}

/** a Z + b I with Z of variance 1/d. */
function noisyIdentity(d: number, a: number, b: number, seed: number, name: string): Matrix {
  const m = toMatrix(normal([d, d], a / Math.sqrt(d), seed, name));
  for (let i = 0; i < d; i++) m.set(i, i, m.get(i, i) + b);
  return m;
}

/** U S^1/2 and V S^1/2 of an SVD, columns by falling singular value. */
function balanced(m: Matrix): { left: Matrix; right: Matrix } {
  const { U, s, V } = svd(m);
  const root = s.map(Math.sqrt);
  const scale = (x: Matrix) => Matrix.zeros(x.rows, x.columns).apply(function (this: Matrix, i: number, j: number) {
    this.set(i, j, x.get(i, j) * root[j]);
  });
  return { left: scale(U), right: scale(V) };
}

export const mimetic: Initialization = {
  id: 'mimetic',
  label: 'Mimetic',
  citation: 'Trockman & Kolter, "Mimetic Initialization of Self-Attention Layers", ICML 2023',
  needs: 'nothing',
  changes: { depth: true, width: true },
  adaptation: { steps: 0, learningRate: null },
  target: (_source, config, seed) => ({ config, ranks: null, trainable: mimeticStart(config, seed).tensors, frozen: {} }),
  carried: () => 0,
};
