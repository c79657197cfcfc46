import type { ModelWeights } from '../model/types';
import type { TensorMap } from '../tensor/types';

/** The running average where it is wanted and kept, the trained weights otherwise. */
export function chosenWeights(stored: { weights: ModelWeights; ema: TensorMap | null }, useEma: boolean): ModelWeights {
  return useEma && stored.ema ? { ...stored.weights, tensors: { ...stored.weights.tensors, ...stored.ema } } : stored.weights;
}
