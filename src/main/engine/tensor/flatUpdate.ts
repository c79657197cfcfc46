/**
 * The optimiser's update on flat memory. It does the same elementwise arithmetic to every tensor, so tensors that are updated
 * alike are laid one behind the other, per role (weights, moments, averages, gradients), and the arithmetic is written once
 * per piece of this memory instead of once per tensor: a few even pieces that stay in the cache from the first op to the
 * last, instead of hundreds of biases with a dozen nodes each. The tensors themselves are windows on that memory, so
 * nothing is ever copied for it.
 */
import { sameShape, sizeOf } from './host';
import { Graph, isConstant, type GraphNode, type Value } from './ir';
import { STATE_PREFIX } from './trace/traceProgram';
import { stateName, type Partition } from './partition';
import { canCompile, type ElementwiseProgram } from './wasm/elementwise';

/** Elements of one piece: its five arrays of floats and the intermediate results fit a core's second-level cache. */
const PIECE = 1 << 16;
/** Windows start on a cache line. */
const ALIGNMENT = 16;

export interface Window {
  buffer: string;
  offset: number;
  length: number;
}

export interface FlatUpdate {
  /** What remains for the runtime of the partition's update graph; null when nothing does. */
  graph: Graph | null;
  /** What is compiled instead, one for each kind of update. */
  kernels: FlatKernel[];
  /** Elements of each flat buffer. */
  buffers: Map<string, number>;
  /** Where state (`state/NAME`) and handed-over values (`cut/N`) lie. */
  windows: Map<string, Window>;
  /** What the graph's own inputs and outputs on flat memory are bound to. */
  pieces: Map<string, Window>;
}

export interface FlatKernel {
  program: ElementwiseProgram;
  /** Flat buffer of each role. */
  buffers: string[];
}

/** Nodes connected through tensors of one shape, and how they look from outside. */
interface Component {
  nodes: GraphNode[];
  /** Tensor operands from outside, in order of first use. */
  roles: Value[];
  /** Results that are new state, with the role that they overwrite. */
  results: { value: Value; role: number }[];
  signature: string;
}

/** With `compiled`, arithmetic that WebAssembly can do goes to `kernels` instead of the graph. */
export function flattenUpdate(parts: Partition, { compiled }: { compiled: boolean }): FlatUpdate | null {
  if (!parts.update) return null;
  const { update } = parts;
  const groups = new Map<string, Component[]>();
  const left: GraphNode[] = [];
  for (const nodes of connected(update)) {
    const component = describe(nodes, parts, update);
    if (component) groups.set(component.signature, [...(groups.get(component.signature) ?? []), component]);
    else left.push(...nodes);
  }
  const graph = new Graph(update.name, update.nextId);
  const flat: FlatUpdate = { graph, kernels: [], buffers: new Map(), windows: new Map(), pieces: new Map() };
  const kept = new Set(left);
  graph.nodes = update.nodes.filter((node) => kept.has(node) || isScalar(node.outputs[0]));
  graph.outputs = update.outputs.filter(({ value }) => kept.has(value.node!) || isScalar(value));
  [...groups.values()].forEach((members, i) => layOut(flat, graph, members, { group: `group${i}`, compiled }));
  const used = new Set(graph.nodes.flatMap((node) => node.inputs));
  graph.inputs.unshift(...update.inputs.filter((value) => used.has(value)));
  if (graph.nodes.length === 0) flat.graph = null;
  return flat;
}

function isScalar(value: Value): boolean {
  return value.shape.length === 0;
}

/** Sets of nodes that share tensors, in graph order; nodes on scalars stand apart and are in none. */
function connected(update: Graph): GraphNode[][] {
  const parent = new Map<object, object>();
  const find = (item: object): object => {
    let root = item;
    while (parent.has(root)) root = parent.get(root)!;
    return root;
  };
  const join = (a: object, b: object): void => {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parent.set(x, y);
  };
  const nodes = update.nodes.filter((node) => !isScalar(node.outputs[0]));
  for (const node of nodes) for (const value of [...node.inputs, ...node.outputs]) if (!isScalar(value) && !isConstant(value)) join(node, value);
  const sets = new Map<object, GraphNode[]>();
  for (const node of nodes) sets.set(find(node), [...(sets.get(find(node)) ?? []), node]);
  return [...sets.values()];
}

/** Null when the component cannot be flattened: mixed shapes, constants of its own, or state with two buffers. */
function describe(nodes: GraphNode[], parts: Partition, update: Graph): Component | null {
  const { shape } = nodes[0].outputs[0];
  const inside = new Set(nodes.flatMap((node) => node.outputs));
  const roles: Value[] = [];
  const names = new Map<Value, string>();
  const text: string[] = [];
  for (const node of nodes) {
    const operands: string[] = [];
    for (const value of node.inputs) {
      const splat = value.splat !== undefined;
      if (!isScalar(value) && (!sameShape(value.shape, shape) || (isConstant(value) && !splat))) return null;
      if (splat) operands.push(`=${value.splat}`);
      else if (isScalar(value)) operands.push(`s${value.id}`);
      else {
        if (!names.has(value)) {
          const state = stateName(value.input!);
          const movable = state === null || parts.inPlace.has(state) || !(parts.writtenByCompute.has(state) || parts.writtenByUpdate.has(state));
          if (!movable || value.dtype !== 'float32') return null;
          names.set(value, `r${roles.length}`);
          roles.push(value);
        }
        operands.push(names.get(value)!);
      }
    }
    const [output] = node.outputs;
    if (!sameShape(output.shape, shape)) return null;
    names.set(output, `n${names.size}`);
    text.push(`${names.get(output)}=${node.op}:${output.dtype}(${operands})`);
  }
  const results: Component['results'] = [];
  for (const { name, value } of update.outputs) {
    if (!inside.has(value)) continue;
    const state = stateName(name)!;
    const role = roles.findIndex((operand) => operand.input === STATE_PREFIX + state);
    if (role < 0 || !parts.inPlace.has(state)) return null;
    results.push({ value, role });
    text.push(`${names.get(value)}>r${role}`);
  }
  return { nodes, roles, results, signature: text.join(';') };
}

/** Gives the members their windows and writes the arithmetic, compiled or once per piece. */
function layOut(flat: FlatUpdate, graph: Graph, members: Component[], { group, compiled }: { group: string; compiled: boolean }): void {
  let total = 0;
  for (const { roles } of members) {
    const length = sizeOf(roles[0].shape);
    roles.forEach((role, i) => flat.windows.set(role.input!, { buffer: `${group}/${i}`, offset: total, length }));
    total += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  const [model] = members;
  model.roles.forEach((_, i) => flat.buffers.set(`${group}/${i}`, total));
  if (compiled && canCompile(model.nodes)) {
    flat.kernels.push({ program: model, buffers: model.roles.map((_, i) => `${group}/${i}`) });
    return;
  }
  const pieces = Math.max(1, Math.round(total / PIECE));
  const length = Math.ceil(total / pieces / ALIGNMENT) * ALIGNMENT;
  for (let offset = 0; offset < total; offset += length) writePiece(flat, graph, model, group, { offset, length: Math.min(length, total - offset) });
}

function writePiece(flat: FlatUpdate, graph: Graph, model: Component, group: string, { offset, length }: { offset: number; length: number }): void {
  const copies = new Map<Value, Value>();
  model.roles.forEach((role, i) => {
    const name = `flat/${group}/${i}/${offset}`;
    flat.pieces.set(name, { buffer: `${group}/${i}`, offset, length });
    copies.set(role, graph.input(name, [length], role.dtype));
  });
  for (const node of model.nodes) {
    const inputs = node.inputs.map((value) => copies.get(value) ?? (value.splat === undefined ? value : graph.splat(value.splat, [], value.dtype)));
    const copy = graph.make(node.op, inputs, node.attrs as never, [{ shape: [length], dtype: node.outputs[0].dtype }], node.origin);
    copies.set(node.outputs[0], copy.outputs[0]);
    graph.nodes.push(copy);
  }
  for (const { value, role } of model.results) {
    const name = `flat/${group}/${role}/${offset}/new`;
    flat.pieces.set(name, { buffer: `${group}/${role}`, offset, length });
    graph.outputs.push({ name, value: copies.get(value)! });
  }
}
