import { expect, test } from 'vitest';
import { countMacs } from './counts';
import { dumpGraph } from './dumpGraph';
import { Graph, type Value } from './ir';
import { planMemory } from './planMemory';

/** y = sum(relu(x w) reshaped), all 4-byte. */
function example(): Graph {
  const graph = new Graph('example');
  const add = (...args: Parameters<Graph['make']>): Value => {
    const node = graph.make(...args);
    graph.nodes.push(node);
    return node.outputs[0];
  };
  const x = graph.input('x', [8, 4], 'float32');
  const w = graph.constant(Float32Array.from({ length: 40 }, (_, i) => i), [4, 10], 'float32', 'w');
  const product = add('MatMul', [x, w], { transposeA: false, transposeB: false }, [{ shape: [8, 10], dtype: 'float32' }], 'model.ts:3');
  const active = add('Relu', [product], {}, [{ shape: [8, 10], dtype: 'float32' }]);
  const flat = add('Reshape', [active], {}, [{ shape: [80], dtype: 'float32' }]);
  const half = add('Mul', [flat, graph.splat(0.5, [])], {}, [{ shape: [80], dtype: 'float32' }]);
  const sum = add('Sum', [half], { axes: [0], keepDims: false }, [{ shape: [], dtype: 'float32' }]);
  graph.outputs.push({ name: 'y', value: sum });
  return graph;
}

test('counts what is alive at once, views not twice', () => {
  expect(planMemory(example())).toEqual({ peakBytes: 2 * 80 * 4, peakNode: 1, inputBytes: 32 * 4, outputBytes: 4, constantBytes: 40 * 4 });
});

test('counts multiply-accumulates of products', () => {
  expect(countMacs(example())).toBe(8 * 10 * 4);
});

test('dumps one node a line with names, shapes and source lines', () => {
  expect(dumpGraph(example()).split('\n')).toEqual([
    'graph example',
    '  in  x: f32[8,4]',
    '  %2: f32[8,10] = MatMul(x, const w:f32[4,10]) {"transposeA":false,"transposeB":false}  # model.ts:3',
    '  %3: f32[8,10] = Relu(%2)',
    '  %4: f32[80] = Reshape(%3)',
    '  %6: f32[80] = Mul(%4, 0.5)',
    '  %7: f32[] = Sum(%6) {"axes":[0],"keepDims":false}',
    '  out y = %7: f32[]',
  ]);
});
