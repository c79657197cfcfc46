/** The walk that every pass is made of. */
import type { Graph, GraphNode, IrType, OpAttrs, OpName, Value } from '../ir';

/** Adds a node of one result before the node being visited and returns that result. */
export type Emit = <K extends OpName>(op: K, inputs: Value[], attrs: OpAttrs[K], shape: readonly number[], dtype?: IrType) => Value;

/** How often each value is read, by nodes and as an output. */
export function usesOf(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value): void => void uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);
  return uses;
}

/**
 * Visits the nodes in order, operands already rewritten. `visit` returns null to keep the node (whose operands it may have
 * changed) or the values that take the place of its outputs. Replaced nodes go; nodes left without users stay for deadCode.
 */
export function rewrite(graph: Graph, visit: (node: GraphNode, emit: Emit) => Value[] | null): void {
  const replacement = new Map<Value, Value>();
  const resolve = (value: Value): Value => replacement.get(value) ?? value;
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(resolve);
    const emit: Emit = (op, inputs, attrs, shape, dtype = 'float32') => {
      const made = graph.make(op, inputs, attrs, [{ shape, dtype }], node.origin);
      nodes.push(made);
      return made.outputs[0];
    };
    const values = visit(node, emit);
    if (values) node.outputs.forEach((output, i) => replacement.set(output, resolve(values[i])));
    else nodes.push(node);
  }
  graph.nodes = nodes;
  graph.outputs = graph.outputs.map(({ name, value }) => ({ name, value: resolve(value) }));
}

