import { type Ranks, WEIGHT_TYPES, weightShape } from '../../../shared/config';
import { leftFactorName, parameterSpecs, rightFactorName, sigmaName, weightName } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { Backend, TensorMap } from '../tensor/types';
import { cpAls } from './cpAls';

export interface Decomposed {
  /** The same model with shared factors; biases, embedders and final layer as they were. */
  weights: ModelWeights;
  /** Relative error of W per type, one value per layer. */
  errors: Record<string, number[]>;
}

/**
 * Shared factors for a dense model by CP-ALS, one decomposition per weight type (see `cpAls`). A rank above min(out, in) is
 * allowed here: the factors are shared by all layers, so up to `depth` times as much can be needed for an exact result.
 */
export async function decompose(
  { config, tensors }: ModelWeights,
  options: { ranks: Ranks; iterations: number; seed: number; backend: Backend; onProgress?(done: number, total: number): void },
): Promise<Decomposed> {
  const { ranks, iterations, seed, backend } = options;
  const factors: TensorMap = {};
  const errors: Record<string, number[]> = {};
  const total = WEIGHT_TYPES.length * iterations;
  for (const [index, type] of WEIGHT_TYPES.entries()) {
    const { out, in: inputs } = weightShape(type, config.hiddenSize, config.mlpRatio);
    const layers = Array.from({ length: config.depth }, (_, block) => Float32Array.from(tensors[weightName(type, block)].data));
    const rank = ranks[type];
    const found = await cpAls(layers, out, inputs, { rank, iterations, seed, backend, onIteration: (done) => options.onProgress?.(index * iterations + done, total) });
    options.onProgress?.((index + 1) * iterations, total);
    factors[leftFactorName(type)] = { shape: [out, rank], data: found.U };
    factors[rightFactorName(type)] = { shape: [inputs, rank], data: found.V };
    found.sigma.forEach((data, block) => (factors[sigmaName(type, block)] = { shape: [rank], data }));
    errors[type] = found.errors;
  }
  return { weights: { config, ranks, tensors: Object.fromEntries(parameterSpecs(config, ranks).map(({ name }) => [name, factors[name] ?? tensors[name]])) }, errors };
}
