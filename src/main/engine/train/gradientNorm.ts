/** The norm of all gradients together, and clipping by it (Pascanu et al. 2013). */
import { tf } from '../tensor/tf';

/** Keeps the division finite at a zero gradient. */
const NORM_EPSILON = 1e-6;

/**
 * sqrt of the sum of all squares, a scalar. Infinite when it overflows float32, which counts as divergence.
 *
 * The sum begins with the last gradient, which the backward pass has first. ONNX Runtime orders a graph depth first from its
 * results: asked for the first gradient first, it would go through the whole backward pass and keep what every other one is
 * made of until then, a fifth of all activations more.
 */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Tensor {
  return tf.sqrt(tf.addN(gradients.toReversed().map((gradient) => tf.sum(tf.mul(gradient, gradient)))));
}

/** The factor, at most 1, that brings gradients of this norm down to `limit`. */
export function clipFactor(norm: tf.Tensor, limit: number): tf.Tensor {
  return tf.minimum(tf.div(limit, tf.add(norm, NORM_EPSILON)), 1);
}
