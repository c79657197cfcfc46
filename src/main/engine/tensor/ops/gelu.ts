/**
 * GELU in its tanh form (Hendrycks & Gimpel 2016, section 2), the activation of DiT's MLPs, as one kernel with its own gradient.
 */
import { tf } from '../tf';
import { defineComposedKernel } from './composed';

export const GELU = 'GeluTanh';
export const GELU_SLOPE = Math.sqrt(2 / Math.PI);
export const GELU_CUBIC = 0.044715;

/** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), element by element; float32, any shape. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(GELU, { x }) as tf.Tensor;
}

/** tanh(sqrt(2/pi) (x + 0.044715 x^3)). */
function innerTanh(x: tf.Tensor, square: tf.Tensor): tf.Tensor {
  return tf.tanh(tf.mul(x, tf.add(tf.mul(square, GELU_SLOPE * GELU_CUBIC), GELU_SLOPE)));
}

defineComposedKernel(GELU, ({ x }) => tf.mul(tf.mul(x, 0.5), tf.add(innerTanh(x, tf.square(x)), 1)));

// With t the tanh and u its argument: dy/dx = (1 + t) / 2 + x u' (1 - t^2) / 2. The seemingly cheaper form through y / x is
// NaN at x = 0.
tf.registerGradient({
  kernelName: GELU,
  inputsToSave: ['x'],
  gradFunc: (dys, [x]) => {
    const dy = Array.isArray(dys) ? dys[0] : dys;
    return {
      x: () => {
        const square = tf.mul(x, x);
        const t = innerTanh(x, square);
        const halfSlope = tf.mul(x, tf.add(tf.mul(square, 1.5 * GELU_SLOPE * GELU_CUBIC), 0.5 * GELU_SLOPE));
        const derivative = tf.add(tf.mul(tf.sub(1, tf.mul(t, t)), halfSlope), tf.add(tf.mul(t, 0.5), 0.5));
        return tf.mul(dy, derivative);
      },
    };
  },
});
