/**
 * A training step in two graphs: `compute` (forward, backward) and `update` (what the optimiser does, element by element).
 * Between the two the guard is looked at, so that a step with a NaN never touches the state, without a second copy of weights
 * and moments and without a Select per tensor; and as nothing reads a weight any more once the gradients are there, the
 * update writes in place. What does not fit this form (state that is not updated element by element) is double-buffered.
 */
import { sameShape } from './host';
import { BINARY_OPS, Graph, isConstant, UNARY_OPS, type GraphNode, type Value } from './ir';
import { NEXT_PREFIX, STATE_PREFIX } from './trace/traceProgram';

export interface Partition {
  compute: Graph;
  /** null when no state is updated element by element. */
  update: Graph | null;
  /** State names whose new value may be written over the old one while `update` runs. */
  inPlace: Set<string>;
  /** State names written by each graph. */
  writtenByCompute: Set<string>;
  writtenByUpdate: Set<string>;
}

/** Prefix of values that `compute` hands to `update`. */
export const CUT_PREFIX = 'cut/';

const ELEMENTWISE = new Set<string>([...BINARY_OPS, ...UNARY_OPS, 'Select', 'Cast']);

/** Takes the graph apart; its nodes belong to the two parts afterwards. */
export function partition(graph: Graph): Partition {
  const stateOutputs = graph.outputs.filter((output) => output.name.startsWith(NEXT_PREFIX));
  const results = graph.outputs.filter((output) => !output.name.startsWith(NEXT_PREFIX));
  const updateNodes = findUpdate(graph, new Set(stateOutputs.map((output) => output.value)), new Set(results.map((output) => output.value)));

  const compute = new Graph(`${graph.name}/compute`, graph.nextId);
  const update = new Graph(`${graph.name}/update`, graph.nextId);
  compute.nodes = graph.nodes.filter((node) => !updateNodes.has(node));
  update.nodes = graph.nodes.filter((node) => updateNodes.has(node));
  compute.inputs.push(...graph.inputs);
  compute.outputs = [...results];

  const writtenByCompute = new Set<string>();
  const writtenByUpdate = new Set<string>();
  for (const output of stateOutputs) {
    const byUpdate = output.value.node !== undefined && updateNodes.has(output.value.node);
    (byUpdate ? update : compute).outputs.push(output);
    (byUpdate ? writtenByUpdate : writtenByCompute).add(stateName(output.name)!);
  }
  cut(compute, update, updateNodes);
  return { compute, update: update.nodes.length > 0 ? update : null, inPlace: findInPlace(update, writtenByUpdate), writtenByCompute, writtenByUpdate };
}

/** The largest set of elementwise nodes that feed nothing but new state. */
function findUpdate(graph: Graph, newState: Set<Value>, results: Set<Value>): Set<GraphNode> {
  const consumers = new Map<Value, GraphNode[]>();
  for (const node of graph.nodes) for (const input of node.inputs) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  const update = new Set<GraphNode>();
  for (const node of graph.nodes.toReversed()) {
    if (!ELEMENTWISE.has(node.op)) continue;
    const [output] = node.outputs;
    // Numbers are worked out once, with the rest; the update is for arrays.
    if (results.has(output) || (output.shape.length === 0 && !newState.has(output))) continue;
    const users = consumers.get(output) ?? [];
    if (users.every((user) => update.has(user)) && (users.length > 0 || newState.has(output))) update.add(node);
  }
  return update;
}

/** Values made by `compute` and used by `update` become outputs of the one and inputs of the other. */
function cut(compute: Graph, update: Graph, updateNodes: Set<GraphNode>): void {
  const replaced = new Map<Value, Value>();
  const crossing = (value: Value): Value => {
    if (isConstant(value) || (value.node && updateNodes.has(value.node))) return value;
    const known = replaced.get(value);
    if (known) return known;
    let input: Value = value;
    if (value.input !== undefined) update.inputs.push(value);
    else {
      const name = `${CUT_PREFIX}${value.id}`;
      compute.outputs.push({ name, value });
      input = update.input(name, value.shape, value.dtype);
    }
    replaced.set(value, input);
    return input;
  };
  for (const node of update.nodes) node.inputs = node.inputs.map(crossing);
}

/** A new value may overwrite the old one if the node that makes it is the last to read the old one, element by element. */
function findInPlace(update: Graph, names: Set<string>): Set<string> {
  const inPlace = new Set<string>();
  for (const name of names) {
    const old = update.inputs.find((value) => value.input === STATE_PREFIX + name);
    const output = update.outputs.find((candidate) => candidate.name === NEXT_PREFIX + name)!.value;
    const readers = old ? update.nodes.filter((node) => node.inputs.includes(old)) : [];
    const earlier = ancestors(output.node!);
    const shared = update.outputs.filter((candidate) => candidate.value === output).length > 1;
    if (!shared && readers.every((reader) => earlier.has(reader)) && (!old || sameShape(old.shape, output.shape))) inPlace.add(name);
  }
  return inPlace;
}

/** The node and everything it depends on within its graph. */
function ancestors(node: GraphNode): Set<GraphNode> {
  const seen = new Set<GraphNode>();
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const input of next.inputs) if (input.node) open.push(input.node);
  }
  return seen;
}

/** The state tensor that a graph input (`state/NAME`) or output (`next/NAME`) stands for, or null. */
export function stateName(graphName: string): string | null {
  for (const prefix of [STATE_PREFIX, NEXT_PREFIX]) if (graphName.startsWith(prefix)) return graphName.slice(prefix.length);
  return null;
}
