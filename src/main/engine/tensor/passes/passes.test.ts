import { expect, test } from 'vitest';
import { layerNorm } from '../ops/layerNorm';
import { tf } from '../tf';
import { addedProducts } from './addedProducts';
import { simplifyAlgebra } from './algebra';
import { commonSubexpressions } from './commonSubexpressions';
import { deadCode } from './deadCode';
import { implicitBroadcast } from './implicitBroadcast';
import { simplify } from './index';
import { rowSums } from './rowSums';
import { scaledProducts } from './scaledProducts';
import { simplifyShapes } from './shapes';
import { splitProducts } from './splitProducts';
import { sumSquares } from './sumSquares';
import { beforeAndAfter, trace } from './testing';

function close(a: number[], b: number[]): void {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 4));
}

test('deadCode drops what no output needs', async () => {
  const graph = trace({ x: [2, 3] }, ({ x }) => {
    tf.exp(tf.mul(x, x));
    return { y: tf.neg(x) };
  });
  const { before, after, ops } = await beforeAndAfter(graph, deadCode);
  expect(ops).toEqual(['Neg']);
  expect(after).toEqual(before);
});

test('simplifyShapes keeps one reshape of a chain and drops moves that move nothing', async () => {
  const graph = trace({ x: [2, 6] }, ({ x }) => ({
    chain: tf.reshape(tf.reshape(tf.reshape(x, [12]), [3, 4]), [4, 3]),
    back: tf.exp(tf.reshape(tf.reshape(x, [12]), [2, 6])),
    still: tf.neg(tf.transpose(tf.cast(tf.tile(x, [1, 1]), 'float32'), [0, 1])),
    ones: tf.add(tf.reshape(tf.ones([6]), [1, 6]), x),
  }));
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    simplifyShapes(g);
    deadCode(g);
  });
  expect(ops).toEqual(['Reshape', 'Exp', 'Neg', 'Add']);
  expect(after).toEqual(before);
});

test('simplifyAlgebra folds numbers, neutral elements, divisions and small powers', async () => {
  const graph = trace({ x: [2, 3], row: [1, 3] }, ({ x, row }) => ({
    neutral: tf.neg(tf.sub(tf.add(tf.mul(x, 1), 0), 0)),
    chain: tf.div(tf.mul(tf.mul(x, 2), 3), 4),
    folded: tf.mul(x, tf.sqrt(tf.add(tf.scalar(3), tf.scalar(1)))),
    cube: tf.pow(x, 3),
    root: tf.pow(x, 1.5),
    widened: tf.mul(row, tf.ones([2, 3])),
    negative: tf.sub(0, x),
  }));
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    simplifyAlgebra(g);
    deadCode(g);
  });
  close(after, before);
  expect(ops).not.toContain('Pow');
  expect(ops).not.toContain('Div');
  expect(ops.filter((op) => op === 'Add')).toEqual([]);
  expect(ops.filter((op) => op === 'Mul')).toHaveLength(1 + 1 + 2 + 1);
  expect(ops.filter((op) => op === 'BroadcastTo')).toHaveLength(1);
});

test('implicitBroadcast drops a broadcast that the op does by itself, and no other', async () => {
  const graph = trace({ x: [4, 3], row: [1, 3], column: [4, 1] }, ({ x, row, column }) => ({
    partner: tf.add(tf.broadcastTo(row, [4, 3]), x),
    both: tf.sub(tf.broadcastTo(row, [4, 3]), tf.broadcastTo(column, [4, 3])),
    kept: tf.div(tf.broadcastTo(column, [4, 3]), tf.ones([4, 3])),
    alone: tf.exp(tf.broadcastTo(row, [4, 3])),
  }));
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    simplifyShapes(g);
    implicitBroadcast(g);
    deadCode(g);
  });
  expect(after).toEqual(before);
  expect(ops.filter((op) => op === 'BroadcastTo')).toHaveLength(2);
});

test('commonSubexpressions computes equal things once, and different ones apart', async () => {
  const graph = trace({ x: [4, 3], w: [3, 4] }, ({ x, w }) => {
    const a = x as tf.Tensor2D;
    const b = w as tf.Tensor2D;
    return {
      same: tf.add(tf.exp(tf.mul(x, 2)), tf.exp(tf.mul(2, x))),
      product: tf.matMul(a, b),
      transposed: tf.matMul(tf.transpose(b), a, false, true),
      again: tf.tanh(tf.matMul(a, b)),
    };
  });
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    commonSubexpressions(g);
    deadCode(g);
  });
  expect(after).toEqual(before);
  expect(ops.filter((op) => op === 'Exp')).toHaveLength(1);
  expect(ops.filter((op) => op === 'MatMul')).toHaveLength(2);
});

test('sumSquares reduces without writing the squares', async () => {
  const graph = trace({ x: [4, 6] }, ({ x }) => ({ norm: tf.sum(tf.mul(x, x)), rows: tf.sum(tf.square(x), 1), product: tf.sum(tf.mul(x, tf.neg(x))) }));
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    sumSquares(g);
    deadCode(g);
  });
  close(after, before);
  expect(ops).toEqual(['SumSquare', 'SumSquare', 'Neg', 'Mul', 'Sum']);
});

test('scaledProducts moves factors into products unless others need the scaled value', async () => {
  const graph = trace({ q: [2, 3, 4], k: [2, 3, 4] }, ({ q, k }) => {
    const scaled = tf.mul(q, 0.5);
    const needed = tf.mul(k, 3);
    return { scores: tf.mul(tf.matMul(scaled, k, false, true), 0.25), back: tf.matMul(k, scaled, true), both: tf.add(tf.matMul(needed, q, false, true), tf.sum(needed)) };
  });
  const { before, after, ops } = await beforeAndAfter(graph, (g) => {
    scaledProducts(g);
    deadCode(g);
  });
  close(after, before);
  expect(ops.filter((op) => op === 'Mul')).toHaveLength(1);
});

test('addedProducts takes in biases and running sums of products with constants, and leaves what others need', async () => {
  const graph = trace({ x: [4, 3], w: [5, 3], bias: [5], column: [4, 1] }, ({ x, w, bias, column }) => {
    const a = x as tf.Tensor2D;
    const frozen = tf.tensor2d(Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)), [5, 3]);
    const by = (b: tf.Tensor, of: tf.Tensor): tf.Tensor => tf.matMul(of as tf.Tensor2D, b as tf.Tensor2D, false, true);
    const product = by(frozen, a);
    return {
      biased: tf.add(by(frozen, tf.neg(a)), bias),
      running: tf.add(tf.add(by(frozen, tf.exp(a)), by(frozen, tf.tanh(a))), by(frozen, tf.abs(a))),
      needed: tf.add(product, bias),
      again: tf.neg(product),
      stretched: tf.add(by(frozen, tf.sin(a)), column),
      changing: tf.add(by(w, tf.cos(a)), bias),
    };
  });
  const { before, after, ops } = await beforeAndAfter(graph, addedProducts);
  close(after, before);
  expect(ops.filter((op) => op === 'Gemm')).toHaveLength(1 + 2);
  // The first of the running sum, the one that is needed again, the one whose addend is a column, and the changing one.
  expect(ops.filter((op) => op === 'MatMul')).toHaveLength(4);
  expect(ops.filter((op) => op === 'Add')).toHaveLength(3);
});

test('rowSums sums many rows with a row of ones, and few as they are', async () => {
  const graph = trace({ x: [96, 3], few: [8, 3] }, ({ x, few }) => ({ flat: tf.sum(x, 0), kept: tf.sum(tf.exp(tf.mul(x, -1)), 0, true), columns: tf.sum(x, 1), short: tf.sum(few, 0) }));
  const { before, after, ops } = await beforeAndAfter(graph, rowSums);
  close(after.map((sum) => sum / 100), before.map((sum) => sum / 100));
  expect(ops.filter((op) => op === 'MatMul')).toHaveLength(2);
  expect(ops.filter((op) => op === 'Sum')).toHaveLength(2);
});

test('splitProducts makes the parts of a product apart, and sums up those of joined gradients', async () => {
  const graph = trace({ x: [128, 3], bias: [6], w: [6, 3] }, ({ x, bias, w }) => {
    const frozen = tf.tensor2d(Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)), [6, 3]);
    const linear = (weight: tf.Tensor) => (b: tf.Tensor, rows: tf.Tensor) => tf.split(tf.add(tf.matMul(rows as tf.Tensor2D, weight as tf.Tensor2D, false, true), b), [1, 2, 3], 1);
    const loss = (weight: tf.Tensor) => (b: tf.Tensor, rows: tf.Tensor): tf.Scalar => {
      const [one, two, three] = linear(weight)(b, rows);
      return tf.add(tf.sum(tf.mul(one, two)), tf.sum(tf.sin(three)));
    };
    const gradients = (weight: tf.Tensor): tf.Tensor[] => tf.grads(loss(weight) as (...args: tf.Tensor[]) => tf.Scalar)([bias, x]);
    const [db, dx] = gradients(frozen);
    const [, changing] = gradients(w);
    return { db, dx, changing };
  });
  simplify(graph);
  addedProducts(graph);
  const { before, after, ops } = await beforeAndAfter(graph, splitProducts);
  close(after, before);
  // Of the weight that changes alone is split; of the other the three forward, the three of the running sum, and nothing joined but the bias's gradient.
  expect(ops.filter((op) => op === 'Split')).toHaveLength(1);
  expect(ops.filter((op) => op === 'Gemm')).toHaveLength(3 + 2);
  expect(graph.nodes.filter(({ op, outputs }) => op === 'Concat' && outputs[0].shape.length === 2)).toHaveLength(1);
});

test('all of them together keep a gradient what it is, in fewer nodes', async () => {
  const graph = trace({ x: [4, 6], w: [6, 6] }, ({ x, w }) => {
    const f = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.mean(tf.square(layerNorm(tf.softmax(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)))));
    const { value, grads } = tf.valueAndGrads(f)([x, w]);
    return { value, dx: grads[0], dw: grads[1] };
  });
  const count = graph.nodes.length;
  const { before, after, ops } = await beforeAndAfter(graph, simplify);
  close(after, before);
  expect(ops.length).toBeLessThan(count);
});
