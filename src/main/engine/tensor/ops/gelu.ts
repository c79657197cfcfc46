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

defineComposedKernel(GELU, ({ x }) => {
  const u = tf.mul(x, tf.add(tf.mul(tf.square(x), GELU_SLOPE * GELU_CUBIC), GELU_SLOPE));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(u), 1));
});

/** Far below every activation and far above the smallest float: it only keeps 0 / 0 out. */
const TINY = 1e-30;
const CURVATURE = 6 * GELU_SLOPE * GELU_CUBIC;

// With s = y / x = (1 + tanh u) / 2:  dy/dx = s (1 + 2 u' (x - y)),  2 u' = CURVATURE (x^2 + 1 / (3 * 0.044715)).
// This way the gradient needs no transcendental function, which with the traffic through memory is what it costs. At x = 0,
// where s = 1/2, TINY above and below the fraction gives just that. CURVATURE goes to dy, where the product before takes it in.
tf.registerGradient({
  kernelName: GELU,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dys, [x, y]) => {
    const dy = Array.isArray(dys) ? dys[0] : dys;
    return {
      x: () => {
        const s = tf.div(tf.add(y, TINY / 2), tf.add(x, TINY));
        const slope = tf.mul(tf.sub(x, y), tf.add(tf.mul(x, x), 1 / (3 * GELU_CUBIC)));
        return tf.mul(tf.mul(dy, CURVATURE), tf.mul(s, tf.add(slope, 1 / CURVATURE)));
      },
    };
  },
});
