import { WEIGHT_TYPES, weightShape } from '../../../shared/config';
import { leftFactorName, parameterSpecs, rightFactorName, sigmaName, weightName } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { TensorMap } from '../tensor/types';

/** The dense model that a factorised one stands for: W = U diag(sigma) V^T in every block (FINE, equation 1), summed in float64. */
export function materialise({ config, ranks, tensors }: ModelWeights): ModelWeights {
  if (!ranks) return { config, ranks, tensors };
  const rebuilt: TensorMap = {};
  for (const type of WEIGHT_TYPES) {
    const { out, in: inputs } = weightShape(type, config.hiddenSize, config.mlpRatio);
    const rank = ranks[type];
    const U = tensors[leftFactorName(type)].data;
    const V = tensors[rightFactorName(type)].data;
    for (let block = 0; block < config.depth; block++) {
      const sigma = tensors[sigmaName(type, block)].data;
      const W = new Float32Array(out * inputs);
      const scaled = new Float64Array(rank);
      for (let i = 0; i < out; i++) {
        for (let k = 0; k < rank; k++) scaled[k] = U[i * rank + k] * sigma[k];
        for (let j = 0; j < inputs; j++) {
          let sum = 0;
          const row = j * rank;
          for (let k = 0; k < rank; k++) sum += scaled[k] * V[row + k];
          W[i * inputs + j] = sum;
        }
      }
      rebuilt[weightName(type, block)] = { shape: [out, inputs], data: W };
    }
  }
  return { config, ranks: null, tensors: Object.fromEntries(parameterSpecs(config, null).map(({ name }) => [name, rebuilt[name] ?? tensors[name]])) };
}
