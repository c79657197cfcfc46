/** Computes equal things once: forward and backward share many (1 - t, 1 + scale, transposes). */
import type { Graph, GraphNode, Value } from '../ir';
import { rewrite } from './rewrite';

const COMMUTATIVE = new Set<string>(['Add', 'Mul', 'Maximum', 'Minimum', 'Equal', 'And', 'Or']);

export function commonSubexpressions(graph: Graph): void {
  const seen = new Map<string, GraphNode>();
  rewrite(graph, (node) => {
    const operands = node.inputs.map(operandKey);
    if (COMMUTATIVE.has(node.op)) operands.sort();
    const results = node.outputs.map((output) => `${output.dtype}[${output.shape}]`);
    const key = `${node.op}|${operands}|${JSON.stringify(node.attrs)}|${results}`;
    const earlier = seen.get(key);
    if (earlier) return earlier.outputs;
    seen.set(key, node);
    return null;
  });
}

function operandKey(value: Value): string {
  if (value.splat === undefined) return `v${value.id}`;
  return `${Object.is(value.splat, -0) ? '-0' : value.splat}:${value.dtype}[${value.shape}]`;
}
