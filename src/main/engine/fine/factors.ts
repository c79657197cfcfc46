/** How phase 1 starts: shared factors U and V, and sigma of every layer (FINE, arXiv 2409.19289, section 3.1). */
import { type DiTConfig, type Ranks, WEIGHT_TYPES, weightShape } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { defaultTensor } from '../initialize/ditDefault';
import { leftFactorName, parameterSpecs, rightFactorName, sigmaName } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import type { TensorMap } from '../tensor/types';
import { orthonormalColumns } from './orthonormal';

export interface FactorStart {
  /** Entries of variance 1/rows, or the same with orthonormal columns (needs a rank of at most the rows). */
  start: 'gaussian' | 'orthonormal';
  /** Which factor of adaLN is zero, so that every block starts as the identity; U when left out. */
  adaLNZero?: 'U' | 'sigma';
  seed: number;
}

/**
 * A factorised model that starts as well as a dense one: U [out, r] and V [in, r] have entries of variance 1/out and 1/in, and
 * all of sigma is sqrt(2 in out / (r (in + out))), so W = U diag(sigma) V^T has the variance 2 / (in + out) of DiT's own start.
 * sigma is one positive constant on purpose: random signs train as well but leave a learngene whose sigma follows no line over
 * depth (see docs/method.md). U or sigma of adaLN is zero, so every block starts as the identity (adaLN-Zero). Everything outside the
 * factors is as in `ditDefault`.
 */
export function initialFactors(config: DiTConfig, ranks: Ranks, { start, seed, adaLNZero = 'U' }: FactorStart): ModelWeights {
  const factors: TensorMap = {};
  WEIGHT_TYPES.forEach((type, index) => {
    const { out, in: inputs } = weightShape(type, config.hiddenSize, config.mlpRatio);
    const rank = ranks[type];
    const zero = type === 'adaLN' ? adaLNZero : null;
    factors[leftFactorName(type)] = { shape: [out, rank], data: zero === 'U' ? new Float32Array(out * rank) : factor(out, rank, start, seed, 2 * index) };
    factors[rightFactorName(type)] = { shape: [inputs, rank], data: factor(inputs, rank, start, seed, 2 * index + 1) };
    const scale = zero === 'sigma' ? 0 : Math.sqrt((2 * inputs * out) / (rank * (inputs + out)));
    for (let block = 0; block < config.depth; block++) factors[sigmaName(type, block)] = { shape: [rank], data: new Float32Array(rank).fill(scale) };
  });
  const tensors = Object.fromEntries(parameterSpecs(config, ranks).map(({ name, shape }) => [name, factors[name] ?? defaultTensor(name, shape, seed)]));
  return { config, ranks, tensors };
}

function factor(rows: number, rank: number, start: FactorStart['start'], seed: number, index: number): Float32Array {
  const normals = counterRandom(seed, STREAMS.factorisation, index).normals(rows * rank);
  if (start === 'gaussian') return normals.map((value) => value / Math.sqrt(rows));
  if (rank > rows) throw new AppError('invalid-input', `${rank} orthonormal columns do not fit into ${rows} rows.`, { hint: `Choose a rank of at most ${rows}, or the gaussian start.`, field: 'rank' });
  return orthonormalColumns(normals, rows, rank);
}
