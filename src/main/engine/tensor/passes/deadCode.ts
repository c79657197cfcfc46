/** Drops nodes that no output depends on, such as gradients tfjs computes on the way to others. */
import type { Graph, GraphNode, Value } from '../ir';

export function deadCode(graph: Graph): void {
  const live = new Set<Value>(graph.outputs.map((output) => output.value));
  const kept: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => live.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) live.add(input);
  }
  graph.nodes = kept.reverse();
}
