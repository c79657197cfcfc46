/**
 * Layer normalisation without affine part (Ba et al. 2016), as DiT uses it before each adaLN modulation (Peebles & Xie 2023,
 * section 3.2): the scale and shift come from the conditioning. One kernel with mean and inverse deviation as further
 * outputs, so that the hand-written gradient needs no second pass over the statistics.
 */
import { tf } from '../tf';
import { defineComposedKernel } from './composed';

export const LAYER_NORM = 'LayerNorm';

/**
 * (x - mean) / sqrt(var + epsilon) over the last axis, variance biased. Any rank >= 1, float32; the shape stays.
 */
export function layerNorm(x: tf.Tensor, epsilon = 1e-6): tf.Tensor {
  const outputs = tf.engine().runKernel(LAYER_NORM, { x }, { epsilon }) as unknown as tf.Tensor[];
  return outputs[0];
}

defineComposedKernel(LAYER_NORM, ({ x }, { epsilon }) => {
  const mean = tf.mean(x, -1, true);
  const centred = tf.sub(x, mean);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  return [tf.mul(centred, inverse), mean, inverse];
});

// dx = inverse * (dy - mean(dy) - y * mean(dy * y)); only the first output is ever differentiated.
tf.registerGradient({
  kernelName: LAYER_NORM,
  inputsToSave: [],
  outputsToSave: [true, false, true],
  gradFunc: (dys, saved) => {
    const dy = Array.isArray(dys) ? dys[0] : dys;
    const [y, inverse] = saved;
    const scale = 1 / y.shape[y.rank - 1];
    return {
      x: () => {
        const meanDy = tf.mul(tf.sum(dy, -1, true), scale);
        const meanDyY = tf.mul(tf.sum(tf.mul(dy, y), -1, true), scale);
        return tf.mul(tf.sub(tf.sub(dy, tf.mul(y, meanDyY)), meanDy), inverse);
      },
    };
  },
});
