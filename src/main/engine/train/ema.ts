/** Exponential moving average of weights (Polyak & Juditsky 1992, as in DiT): average <- decay * average + (1 - decay) * weight. */
import { tf } from '../tensor/tf';

export interface EmaRates {
  decay: tf.Tensor;
  /** 1 - decay. */
  rest: tf.Tensor;
}

export function emaUpdate(average: tf.Tensor, weight: tf.Tensor, { decay, rest }: EmaRates): tf.Tensor {
  return tf.add(tf.mul(average, decay), tf.mul(weight, rest));
}

/**
 * Decay at update number `step` (0-based). With `warmup` (1 + step) / (10 + step) until that reaches `decay`: a constant decay of
 * 0.99 would still hold a good third of the random start after 100 updates, which is all that tuning sigma takes; after
 * 10 / (1 - decay) updates there is no difference. Without it the same decay from the first update on, as in the official code.
 */
export function decayAt(step: number, decay: number, warmup: boolean): number {
  return warmup ? Math.min(decay, (1 + step) / (10 + step)) : decay;
}
