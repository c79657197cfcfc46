/** One small case per op and way of using it. The value is compared, and where `smooth` also its gradient by all float operands. */
import { gelu } from '../ops/gelu';
import { layerNorm } from '../ops/layerNorm';
import { tf } from '../tf';

export interface OpCase {
  name: string;
  /** Shapes of float32 operands, values in -1..1. */
  operands: number[][];
  run(...x: tf.Tensor[]): tf.Tensor;
  /** False for ops without a useful gradient. */
  smooth?: boolean;
}

const rank2 = (x: tf.Tensor): tf.Tensor2D => x as tf.Tensor2D;
const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, x), 0.3);

/** Comparisons have no gradient in tfjs, so what is compared must not be an operand. */
const pattern = (): tf.Tensor => tf.tensor([0.1, 0.3, 0.5, 0.9, 0.2, 0.4, 1, 0, 0.8, 0.81, 0.6, 0.19], [3, 4]);

export const OP_CASES: OpCase[] = [
  { name: 'add with broadcast', operands: [[3, 1, 4], [2, 4]], run: (a, b) => tf.add(a, b) },
  { name: 'sub with broadcast', operands: [[4], [3, 4]], run: (a, b) => tf.sub(a, b) },
  { name: 'mul with broadcast', operands: [[2, 1, 4], [2, 3, 4]], run: (a, b) => tf.mul(a, b) },
  { name: 'div', operands: [[3, 4], [1, 4]], run: (a, b) => tf.div(a, positive(b)) },
  { name: 'number times tensor', operands: [[3, 4]], run: (a) => tf.add(tf.sub(2, tf.mul(a, -1.5)), tf.div(3, positive(a))) },
  { name: 'pow', operands: [[3, 4]], run: (a) => tf.add(tf.pow(positive(a), 1.7), tf.pow(a, 3)) },
  { name: 'maximum and minimum', operands: [[3, 4], [3, 4]], run: (a, b) => tf.sub(tf.maximum(a, b), tf.mul(2, tf.minimum(a, b))) },
  { name: 'clipByValue', operands: [[3, 4]], run: (a) => tf.clipByValue(a, -0.5, 0.5) },
  { name: 'squaredDifference', operands: [[3, 4], [3, 4]], run: (a, b) => tf.squaredDifference(a, b) },
  { name: 'exp, log, sqrt, rsqrt', operands: [[3, 4]], run: (a) => tf.add(tf.log(tf.exp(a)), tf.mul(tf.sqrt(positive(a)), tf.rsqrt(positive(tf.sub(a, 1))))) },
  { name: 'sin, cos, tanh, sigmoid', operands: [[3, 4]], run: (a) => tf.add(tf.mul(tf.sin(a), tf.cos(a)), tf.mul(tf.tanh(a), tf.sigmoid(a))) },
  { name: 'abs, neg, square, reciprocal', operands: [[3, 4]], run: (a) => tf.add(tf.abs(a), tf.reciprocal(positive(tf.neg(tf.square(a))))) },
  { name: 'relu, erf, softplus', operands: [[3, 4]], run: (a) => tf.add(tf.relu(a), tf.mul(tf.erf(a), tf.softplus(a))) },
  { name: 'gelu', operands: [[5, 6]], run: (a) => gelu(tf.mul(a, 4)) },
  { name: 'layerNorm', operands: [[2, 3, 8]], run: (a) => layerNorm(a, 1e-5) },
  { name: 'softmax', operands: [[2, 3, 5]], run: (a) => tf.softmax(tf.mul(a, 3)) },
  { name: 'sum, mean over axes', operands: [[2, 3, 4]], run: (a) => tf.mul(tf.add(tf.sum(tf.square(a), [0, 2], true), tf.mean(a, 1, true)), tf.mean(a)) },
  { name: 'max, min, prod', operands: [[2, 3, 4]], run: (a) => tf.add(tf.max(a, -1), tf.add(tf.min(a, 2), tf.prod(a, 2))), smooth: false },
  { name: 'max gradient', operands: [[3, 4]], run: (a) => tf.max(a, 1, true) },
  { name: 'matMul in all four orientations', operands: [[3, 3], [3, 3]], run: (a, b) => tf.addN([tf.matMul(rank2(a), rank2(b)), tf.matMul(rank2(a), rank2(b), true), tf.matMul(rank2(a), rank2(b), false, true), tf.matMul(rank2(a), rank2(b), true, true)]) },
  { name: 'batched matMul', operands: [[2, 2, 3, 4], [2, 2, 5, 4]], run: (a, b) => tf.matMul(a, b, false, true) },
  { name: 'transpose and reshape', operands: [[2, 3, 4]], run: (a) => tf.mul(tf.reshape(tf.transpose(a, [2, 0, 1]), [6, -1]), tf.reshape(a, [6, 4])) },
  { name: 'expandDims, squeeze, tile, broadcastTo', operands: [[3, 1]], run: (a) => tf.add(tf.tile(a, [2, 2]), tf.broadcastTo(tf.squeeze(tf.expandDims(tf.slice(a, [0, 0], [1, 1]), 0)), [6, 2])) },
  { name: 'concat, split, stack, unstack', operands: [[2, 6], [2, 3]], run: (a, b) => tf.concat([tf.split(a, [2, 4], 1)[1], b, tf.stack(tf.unstack(b, 1), 1)], 1) },
  { name: 'slice and pad', operands: [[4, 5]], run: (a) => tf.pad(tf.slice(a, [1, 2], [2, 3]), [[1, 0], [2, 1]], 0.5) },
  { name: 'gather', operands: [[5, 3]], run: (a) => tf.gather(a, tf.tensor1d([4, 0, 4, 1], 'int32')) },
  { name: 'gather of a vector by a matrix', operands: [[5]], run: (a) => tf.gather(a, tf.tensor2d([4, 0, 4, 1], [2, 2], 'int32')) },
  { name: 'oneHot', operands: [[2, 3]], run: (a) => tf.mul(tf.cast(tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3), 'float32'), a) },
  { name: 'where and comparisons', operands: [[3, 4], [3, 4]], run: (a, b) => tf.where(tf.logicalAnd(tf.greater(pattern(), 0.2), tf.lessEqual(pattern(), 0.8)), tf.mul(a, 2), b) },
  { name: 'logic as numbers', operands: [[3, 4]], run: (a) => tf.cast(tf.logicalOr(tf.logicalNot(tf.less(a, 0.2)), tf.equal(a, tf.zerosLike(a))), 'float32'), smooth: false },
  { name: 'argMax and cumsum', operands: [[3, 4]], run: (a) => tf.add(tf.cumsum(a, 1), tf.cast(tf.expandDims(tf.argMax(a, 1), 1), 'float32')), smooth: false },
  { name: 'floor, round, sign', operands: [[3, 4]], run: (a) => tf.addN([tf.floor(tf.mul(a, 3)), tf.round(tf.mul(a, 3)), tf.sign(a)]), smooth: false },
  { name: 'range, ones, zeros', operands: [[4]], run: (a) => tf.add(tf.mul(a, tf.range(0, 4, 1, 'float32')), tf.mul(tf.ones([4]), tf.zeros([4]))) },
];
