/** Names and layouts shared by everything that handles model weights. */
import type { DiTConfig, Ranks } from '../../../shared/config';
import type { TensorMap } from '../tensor/types';

/**
 * A model in ordinary memory. Dense: the official DiT state-dict names, linear weights [out, in].
 * Factorised: the five block weights are replaced by `U.T` [out, r_T], `V.T` [in, r_T] (T in qkv, proj, fc1, fc2, adaLN)
 * and `sigma.T.BLOCK` [r_T]; all else keeps its official name. `pos_embed` is never held here: it is a function of the shape.
 */
export interface ModelWeights {
  config: DiTConfig;
  /** null for a dense model. */
  ranks: Ranks | null;
  tensors: TensorMap;
}
