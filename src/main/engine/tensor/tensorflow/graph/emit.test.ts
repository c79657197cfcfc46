import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { simplify } from '../../passes';
import { gelu } from '../../ops/gelu';
import { layerNorm } from '../../ops/layerNorm';
import { tf } from '../../tf';
import { traceProgram } from '../../trace/traceProgram';
import type { ProgramSpec } from '../../types';
import { emitGraph } from './emit';

interface ReadNode {
  name: string;
  op: string;
  inputs: string[];
  controls: string[];
}

/** The nodes of a saved model, read with the messages that tfjs-node generated from TensorFlow's own definitions. */
function nodesOf(model: Uint8Array): ReadNode[] {
  const messages = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb') as { SavedModel: { deserializeBinary(bytes: Uint8Array): { toObject(): any } } };
  const { metaGraphsList } = messages.SavedModel.deserializeBinary(model).toObject();
  expect(metaGraphsList[0].metaInfoDef.tagsList).toEqual(['serve']);
  return metaGraphsList[0].graphDef.nodeList.map(({ name, op, inputList }: { name: string; op: string; inputList: string[] }) => ({
    name, op, inputs: inputList.filter((input) => !input.startsWith('^')).map((input) => input.split(':')[0]), controls: inputList.filter((input) => input.startsWith('^')).map((input) => input.slice(1)),
  }));
}

const spec: ProgramSpec = {
  name: 'step',
  constants: {},
  state: { w: { shape: [4, 4], dtype: 'float32' }, seen: { shape: [3, 4], dtype: 'float32' }, unused: { shape: [2], dtype: 'float32' } },
  inputs: { x: { shape: [3, 4], dtype: 'float32' } },
  body({ state, inputs }) {
    const { value, grads } = tf.valueAndGrads((w: tf.Tensor) => tf.mean(tf.square(gelu(tf.matMul(layerNorm(inputs.x) as tf.Tensor2D, w as tf.Tensor2D)))))([state.w]);
    return { state: { w: tf.sub(state.w, grads[0]), seen: inputs.x }, outputs: { loss: value, given: inputs.x } };
  },
};

function emit(options: { guard?: string; bfloat16?: boolean } = {}) {
  const graph = traceProgram(spec);
  simplify(graph);
  const emitted = emitGraph(graph, { state: spec.state, ...options });
  const nodes = nodesOf(emitted.model);
  return { emitted, nodes, byName: new Map(nodes.map((node) => [node.name, node])) };
}

/** All nodes that `name` needs, itself included. */
function needed(byName: Map<string, ReadNode>, name: string): Set<string> {
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...byName.get(next)!.inputs, ...byName.get(next)!.controls);
  }
  return seen;
}

test('every node comes after what it reads, and every name leads to a node', () => {
  const { emitted, nodes, byName } = emit({ guard: 'loss' });
  const seen = new Set<string>();
  for (const { name, inputs, controls } of nodes) {
    for (const other of [...inputs, ...controls]) expect(seen.has(other), `${name} reads ${other}`).toBe(true);
    seen.add(name);
  }
  expect(Object.keys(emitted.variables)).toEqual(['w', 'seen', 'unused']);
  const { placeholder, written, value } = emitted.variables.unused;
  for (const name of [placeholder, written, value, emitted.inputs.x, emitted.outputs.loss, emitted.zero, emitted.step]) expect(byName.has(name)).toBe(true);
});

test('a step assigns the changed state, after the old was read, and only what the guard lets pass', () => {
  const { emitted, nodes, byName } = emit({ guard: 'loss' });
  expect(byName.get(emitted.step)!.op).toBe('Merge');
  const inStep = needed(byName, emitted.step);
  const assigns = nodes.filter(({ op, name }) => op === 'AssignVariableOp' && inStep.has(name));
  expect(assigns).toHaveLength(2);
  for (const { inputs, controls } of assigns) {
    expect(byName.get(inputs[1])!.op).toBe('Switch');
    expect(controls.map((name) => byName.get(name)!.op)).toEqual(['ReadVariableOp']);
  }
  const free = emit();
  expect(free.nodes.some(({ op }) => op === 'Switch')).toBe(false);
});

test('memory that was fed is copied before a variable takes it, and what is fed is never asked for itself', () => {
  const { emitted, nodes, byName } = emit();
  const keeping = nodes.filter(({ op, inputs }) => op === 'AssignVariableOp' && byName.get(inputs[1])!.op === 'DeepCopy');
  // Three variables that can be written from outside, and the one that is set to an input.
  expect(keeping).toHaveLength(4);
  expect(nodes.some(({ op, inputs }) => op === 'AssignVariableOp' && byName.get(inputs[1])!.op === 'Placeholder')).toBe(false);
  expect(byName.get(emitted.outputs.given)!.op).toBe('Identity');
});

test('bfloat16 rounds the operands of products, each once, and nothing else', () => {
  const { nodes, byName } = emit({ bfloat16: true });
  const products = nodes.filter(({ op }) => op === 'MatMul');
  const plain = emit().nodes;
  expect(products).toHaveLength(plain.filter(({ op }) => op === 'MatMul').length);
  const operands = new Set(products.flatMap(({ inputs }) => inputs));
  for (const name of operands) expect(byName.get(name)!.op).toBe('Cast');
  expect(nodes.filter(({ op }) => op === 'Cast')).toHaveLength(plain.filter(({ op }) => op === 'Cast').length + operands.size + products.length);
});
