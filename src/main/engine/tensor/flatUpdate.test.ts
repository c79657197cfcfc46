import { expect, test } from 'vitest';
import { flattenUpdate, type FlatUpdate } from './flatUpdate';
import { partition } from './partition';
import { simplify } from './passes';
import { tf } from './tf';
import { traceProgram } from './trace/traceProgram';
import type { Tensors } from './types';

const SHAPES: Record<string, number[]> = { a: [3, 5], b: [7], c: [100, 1000], odd: [2, 2] };

/** Momentum on a, b and c; `odd` is updated in another way. */
function flatten(compiled = false): FlatUpdate {
  const names = ['a', 'b', 'c'];
  const state = Object.fromEntries(Object.entries(SHAPES).flatMap(([name, shape]) => ['w', 'm'].map((kind) => [`${kind}.${name}`, { shape, dtype: 'float32' as const }])));
  const graph = traceProgram({
    name: 'test',
    constants: {},
    state,
    inputs: { rate: { shape: [], dtype: 'float32' } },
    body(args) {
      const next: Tensors = {};
      for (const name of names) {
        const gradient = tf.cumsum(args.state[`w.${name}`]);
        const m = tf.add(tf.mul(args.state[`m.${name}`], 0.9), gradient);
        next[`m.${name}`] = m;
        next[`w.${name}`] = tf.sub(args.state[`w.${name}`], tf.mul(m, tf.add(args.inputs.rate, 1)));
      }
      next['w.odd'] = tf.add(args.state['w.odd'], 1);
      return { state: next, outputs: {} };
    },
  });
  simplify(graph);
  return flattenUpdate(partition(graph), { compiled })!;
}

test('tensors that are updated alike share memory per role, each in a window of its own', () => {
  const { buffers, windows } = flatten();
  expect(new Set(buffers.values()).size).toBe(2);
  const weights = ['a', 'b', 'c'].map((name) => windows.get(`state/w.${name}`)!);
  expect(new Set(weights.map((window) => window.buffer)).size).toBe(1);
  expect(weights.map((window) => window.length)).toEqual([15, 7, 100_000]);
  weights.forEach((window, i) => {
    expect(window.offset % 16).toBe(0);
    if (i > 0) expect(window.offset).toBeGreaterThanOrEqual(weights[i - 1].offset + weights[i - 1].length);
  });
  expect(windows.get('state/m.a')!.buffer).not.toBe(weights[0].buffer);
  expect(windows.get('state/m.c')!.offset).toBe(weights[2].offset);
  expect([...windows.keys()].filter((name) => name.startsWith('cut/'))).toHaveLength(3);
  expect(windows.get('state/w.odd')!.buffer).not.toBe(weights[0].buffer);
});

test('pieces cover the memory without overlap, and the arithmetic is written once per piece', () => {
  const { graph, buffers, pieces } = flatten();
  expect(graph).not.toBeNull();
  for (const [buffer, total] of buffers) {
    const inputs = [...pieces].filter(([name, piece]) => piece.buffer === buffer && !name.endsWith('/new')).map(([, piece]) => piece);
    let end = 0;
    for (const piece of inputs.sort((a, b) => a.offset - b.offset)) {
      expect(piece.offset).toBe(end);
      end += piece.length;
    }
    expect(end).toBe(total);
  }
  const subtractions = graph!.nodes.filter((node) => node.op === 'Sub');
  expect(subtractions).toHaveLength(2);
  // The number 1 + rate is worked out before and handed over.
  expect(graph!.inputs.filter((value) => value.shape.length === 0 && value.input!.startsWith('cut/'))).toHaveLength(1);
});

test('compiled, the update leaves nothing to the runtime', () => {
  const { graph, kernels, buffers } = flatten(true);
  expect(graph).toBeNull();
  expect(kernels.map((kernel) => kernel.program.nodes.map((node) => node.op))).toEqual([['Mul', 'Add', 'Mul', 'Sub'], ['Add']]);
  expect(kernels.flatMap((kernel) => kernel.buffers).sort()).toEqual([...buffers.keys()].sort());
});
