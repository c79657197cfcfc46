import { expect, test } from 'vitest';
import { partition, type Partition } from './partition';
import { simplify } from './passes';
import { tf } from './tf';
import { traceProgram } from './trace/traceProgram';
import type { Tensors } from './types';

function parts(body: (state: Tensors, x: tf.Tensor) => { state: Tensors; outputs: Tensors }): Partition {
  const state = Object.fromEntries(['w', 'm', 'z'].map((name) => [name, { shape: [3, 3], dtype: 'float32' as const }]));
  const graph = traceProgram({ name: 'test', constants: {}, state, inputs: { x: { shape: [3, 3], dtype: 'float32' } }, body: (args) => body(args.state, args.inputs.x) });
  simplify(graph);
  return partition(graph);
}
const product = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);

test('the optimiser is split from the gradient and works in place', () => {
  const { compute, update, inPlace, writtenByCompute } = parts((state, x) => {
    const gradient = product(x, state.w);
    const m = tf.add(tf.mul(state.m, 0.9), gradient);
    return { state: { m, w: tf.sub(state.w, m) }, outputs: { loss: tf.sum(gradient) } };
  });
  expect(compute.nodes.map((node) => node.op)).toEqual(['MatMul', 'Sum']);
  expect(update!.nodes.map((node) => node.op).sort()).toEqual(['Add', 'Mul', 'Sub']);
  expect([...inPlace].sort()).toEqual(['m', 'w']);
  expect([...writtenByCompute]).toEqual([]);
});

test('a tensor that another update still reads gets a second buffer', () => {
  const { inPlace, writtenByUpdate } = parts((state, x) => ({ state: { w: tf.add(state.w, x), z: tf.add(state.z, state.w) }, outputs: {} }));
  expect([...writtenByUpdate].sort()).toEqual(['w', 'z']);
  expect([...inPlace]).toEqual(['z']);
});

test('state that is not updated element by element belongs to the computation', () => {
  const { update, writtenByCompute } = parts((state, x) => ({ state: { w: product(state.w, x) }, outputs: {} }));
  expect(update).toBeNull();
  expect([...writtenByCompute]).toEqual(['w']);
});

test('exchanged state is not taken for an update', () => {
  const { writtenByCompute } = parts((state) => ({ state: { w: state.m, m: state.w }, outputs: {} }));
  expect([...writtenByCompute].sort()).toEqual(['m', 'w']);
});
