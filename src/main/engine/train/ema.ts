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
