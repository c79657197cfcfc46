/**
 * A graph as a TensorFlow graph that keeps its state: every state tensor is a resource variable, and one call of the session
 * computes the outputs and assigns the new values.
 *
 * The guard needs no second call. A new value reaches its assignment through a Switch that lets it pass only when the guard is
 * finite; what does not pass is dead to TensorFlow, and an assignment with a dead operand does not run. The call that is to
 * cause all this asks for `step`, a Merge of both outcomes, because nothing can be asked for that may be dead.
 */
import type { Graph, GraphNode, Value } from '../../ir';
import { CONSTANT_PREFIX } from '../../largeConstants';
import { stateName } from '../../partition';
import { NEXT_PREFIX } from '../../trace/traceProgram';
import type { DType, TensorSpec } from '../../types';
import { GraphBuilder, splatOf, type Attribute } from './builder';
import { GraphEmitter } from './emitter';
import { GRAPH_WRITERS } from './nodes';

/** What to feed and what to ask for to write a variable, and what to ask for to read it. */
export interface VariableNodes {
  placeholder: string;
  written: string;
  value: string;
}

export interface EmittedGraph {
  /** Contents of saved_model.pb. */
  model: Uint8Array;
  /** Placeholder of each input that the graph uses. */
  inputs: Record<string, string>;
  /** Node of each output. */
  outputs: Record<string, string>;
  /** By state name, and by `constant/N` for constants too large for a graph. */
  variables: Record<string, VariableNodes>;
  /** To be asked for once: sets all state to zero. */
  zero: string;
  /** To be asked for together with the outputs: assigns the new state. */
  step: string;
}

export interface GraphOptions {
  state: Record<string, TensorSpec>;
  /** Name of the output that must be finite for the state to change. */
  guard?: string;
  bfloat16?: boolean;
}

interface Variable extends VariableNodes {
  handle: string;
  dtype: Attribute;
}

export function emitGraph(graph: Graph, { state, guard, bfloat16 = false }: GraphOptions): EmittedGraph {
  const builder = new GraphBuilder();
  const emitter = new GraphEmitter(builder, bfloat16);
  const variables = new Map(Object.entries(state).map(([name, spec]) => [name, variable(builder, name, spec)]));
  const initial = [...variables].map(([name, { handle, dtype }]) => {
    const { shape, dtype: type } = state[name];
    // Filled when asked for: a constant of this size would stay in memory.
    const zeros = builder.node('Fill', [emitter.ints(shape), emitter.scalar(0, type)], { T: dtype, index_type: { type: 'int32' } });
    return builder.node('AssignVariableOp', [handle, zeros], { dtype });
  });
  const inputs: Record<string, string> = {};
  for (const value of used(graph)) {
    const owned = stateName(value.input!);
    if (value.input!.startsWith(CONSTANT_PREFIX)) variables.set(value.input!, variable(builder, value.input!, { shape: [...value.shape], dtype: value.dtype as DType }));
    const held = variables.get(owned ?? value.input!);
    if (held) emitter.setName(value, held.value);
    else emitter.setName(value, (inputs[value.input!] = builder.node('Placeholder', [], { dtype: { type: value.dtype }, shape: { shape: value.shape } })));
  }
  for (const node of graph.nodes) emit(emitter, node);

  const outputs: Record<string, string> = {};
  const next: { name: string; value: Value }[] = [];
  for (const { name, value } of graph.outputs) {
    if (name.startsWith(NEXT_PREFIX)) next.push({ name: stateName(name)!, value });
    // What is fed cannot be asked for, so every output is a node of its own.
    else outputs[name] = builder.node('Identity', [emitter.name(value)], { T: { type: value.dtype } });
  }
  const passes = guard === undefined ? null : finite(emitter, outputs[guard], graph.outputs.find(({ name }) => name === guard)!.value);
  const assigned = next.map(({ name, value }) => assign(emitter, variables.get(name)!, value, passes));
  const zero = done(builder, initial);
  const step = passes ? outcome(builder, passes, assigned) : done(builder, assigned);
  return { model: builder.savedModel(), inputs, outputs, variables: Object.fromEntries(variables), zero, step };
}

/** `name` tells it from the session's other variables. */
function variable(builder: GraphBuilder, name: string, { shape, dtype: type }: TensorSpec): Variable {
  const dtype: Attribute = { type };
  const handle = builder.node('VarHandleOp', [], { dtype, shape: { shape }, container: { string: '' }, shared_name: { string: name } });
  const value = builder.node('ReadVariableOp', [handle], { dtype });
  const placeholder = builder.node('Placeholder', [], { dtype, shape: { shape } });
  const write = builder.node('AssignVariableOp', [handle, copy(builder, placeholder, dtype)], { dtype });
  return { handle, dtype, value, placeholder, written: done(builder, [write]) };
}

/** What is fed lies in memory of JavaScript's, which a variable must neither keep nor see change. */
function copy(builder: GraphBuilder, x: string, T: Attribute): string {
  return builder.node('DeepCopy', [x], { T });
}

/** Assigns once the old value was read, and only if `passes`. */
function assign(emitter: GraphEmitter, { handle, dtype, value: reader }: Variable, value: Value, passes: string | null): string {
  const { builder } = emitter;
  const name = isFed(value) ? copy(builder, emitter.name(value), dtype) : emitter.name(value);
  const operand = passes === null ? name : `${builder.node('Switch', [name, passes], { T: dtype })}:1`;
  return builder.node('AssignVariableOp', [handle, operand], { dtype }, { controls: [reader] });
}

/** Whether the value is an input of the run, or one in another shape, which shares its memory. */
function isFed(value: Value): boolean {
  const { node } = value;
  if (node?.op === 'Reshape') return isFed(node.inputs[0]);
  return value.input !== undefined && stateName(value.input) === null;
}

/** A scalar bool: is the only element of `x` a number, and not an infinite one. */
function finite(emitter: GraphEmitter, x: string, { shape }: Value): string {
  return emitter.step('IsFinite', [shape.length === 0 ? x : emitter.reshape(x, [], 'float32')]);
}

/** A number that is there when all of `operations` have run. */
function done(builder: GraphBuilder, operations: readonly string[]): string {
  return builder.node('Const', [], { dtype: { type: 'int32' }, value: { tensor: splatOf('int32', [], 1) } }, { controls: operations });
}

/** A number that is there when `passes` was false or all of `operations` have run. */
function outcome(builder: GraphBuilder, passes: string, operations: readonly string[]): string {
  const T: Attribute = { type: 'int32' };
  const either = builder.node('Switch', [done(builder, []), passes], { T });
  const after = builder.node('Identity', [`${either}:1`], { T }, { controls: operations });
  return builder.node('Merge', [either, after], { T, N: { int: 2 } });
}

function emit(emitter: GraphEmitter, node: GraphNode): void {
  const names = (GRAPH_WRITERS[node.op] as (e: GraphEmitter, n: GraphNode) => string[])(emitter, node);
  node.outputs.forEach((value, i) => emitter.setName(value, names[i]));
}

function used(graph: Graph): Value[] {
  const values = new Set<Value>(graph.outputs.map((output) => output.value));
  for (const node of graph.nodes) for (const input of node.inputs) values.add(input);
  return graph.inputs.filter((value) => values.has(value));
}
