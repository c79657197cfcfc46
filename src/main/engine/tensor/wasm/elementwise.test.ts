import { expect, test } from 'vitest';
import { Graph, type OpName, type Value } from '../ir';
import { allocate, canCompile, compileElementwise, scalarsOf } from './elementwise';

/** m <- m * rate + g; w <- max(w - sqrt(abs(m)) / 3, -g) on arrays of n floats. */
function example(n: number): { graph: Graph; roles: Value[]; results: { value: Value; role: number }[] } {
  const graph = new Graph('example');
  const array = (name: string): Value => graph.input(name, [n], 'float32');
  const [w, m, g, rate] = [array('w'), array('m'), array('g'), graph.input('rate', [], 'float32')];
  const apply = (op: OpName, ...inputs: Value[]): Value => {
    const node = graph.make(op, inputs, {} as never, [{ shape: [n], dtype: 'float32' }]);
    graph.nodes.push(node);
    return node.outputs[0];
  };
  const moment = apply('Add', apply('Mul', m, rate), g);
  const weight = apply('Maximum', apply('Sub', w, apply('Div', apply('Sqrt', apply('Abs', moment)), graph.splat(3, []))), apply('Neg', g));
  return { graph, roles: [w, m, g], results: [{ value: moment, role: 1 }, { value: weight, role: 0 }] };
}

test('computes what the nodes say, in float32, over the arrays in place', () => {
  const n = 64;
  const { graph, roles, results } = example(n);
  const program = { nodes: graph.nodes, roles, results };
  expect(canCompile(graph.nodes)).toBe(true);
  expect(scalarsOf(program).map((value) => value.input)).toEqual(['rate']);
  const { memory, arrays } = allocate(new Map([['w', n], ['m', n], ['g', n], ['other', 16]]))!;
  const [w, m, g] = ['w', 'm', 'g'].map((name, k) => arrays.get(name)!.map((_, i) => Math.sin(i * 1.1 + k)));
  [w, m, g].forEach((values, k) => arrays.get('wmg'[k])!.set(values));
  compileElementwise(program, memory)(['w', 'm', 'g'].map((name) => arrays.get(name)!), [0.9]);
  const f = Math.fround;
  const moment = m.map((x, i) => f(f(x * f(0.9)) + g[i]));
  expect([...arrays.get('m')!]).toEqual([...moment]);
  expect(arrays.get('w')!.slice()).toEqual(w.map((x, i) => Math.max(f(x - f(f(Math.sqrt(Math.abs(moment[i]))) / 3)), -g[i])));
  expect([...arrays.get('g')!]).toEqual([...g]);
  expect([...arrays.get('other')!]).toEqual([...new Float32Array(16)]);
});

test('arrays start on cache lines and do not overlap', () => {
  const { arrays } = allocate(new Map([['a', 5], ['b', 17], ['c', 1]]))!;
  let end = 0;
  for (const array of arrays.values()) {
    expect(array.byteOffset % 64).toBe(0);
    expect(array.byteOffset).toBeGreaterThanOrEqual(end);
    end = array.byteOffset + array.byteLength;
  }
});

test('an op without an instruction is left to the runtime', () => {
  const { graph } = example(4);
  const node = graph.make('Tanh', [graph.input('x', [4], 'float32')], {}, [{ shape: [4], dtype: 'float32' }]);
  expect(canCompile([...graph.nodes, node])).toBe(false);
});

test('more than WebAssembly can address is refused', () => {
  expect(allocate(new Map([['huge', 2 ** 30 + 16]]))).toBeNull();
});
