/** A factor before or behind a matrix product becomes the product's own: it costs nothing there. */
import { sameShape } from '../host';
import { isSplatValue, type Graph, type GraphNode, type NodeOf, type Value } from '../ir';
import { rewrite } from './rewrite';

export function scaledProducts(graph: Graph): void {
  const users = new Map<Value, GraphNode[]>();
  for (const node of graph.nodes) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const outputs = new Set(graph.outputs.map((output) => output.value));

  rewrite(graph, (node) => {
    if (node.op === 'MatMul') {
      node.inputs = node.inputs.map((operand) => {
        const scaled = scaling(operand.node);
        // Worth it only when nobody else needs the scaled operand.
        if (!scaled || outputs.has(operand) || !users.get(operand)!.every((user) => user.op === 'MatMul')) return operand;
        node.attrs = { ...node.attrs, alpha: (node.attrs.alpha ?? 1) * scaled.factor };
        return scaled.value;
      });
      return null;
    }
    const scaled = scaling(node);
    const product = scaled?.value.node;
    if (!scaled || product?.op !== 'MatMul' || outputs.has(scaled.value) || users.get(scaled.value)?.length !== 1) return null;
    product.attrs = { ...product.attrs, alpha: (product.attrs.alpha ?? 1) * scaled.factor };
    return [scaled.value];
  });
}

/** What is scaled by how much, if the node is a product with one number. */
function scaling(node: GraphNode | undefined): { value: Value; factor: number } | null {
  if (node?.op !== 'Mul') return null;
  const [a, b] = (node as NodeOf<'Mul'>).inputs;
  const [value, factor] = isSplatValue(b) ? [a, b.splat] : isSplatValue(a) ? [b, a.splat] : [null, 1];
  return value && sameShape(value.shape, node.outputs[0].shape) ? { value, factor } : null;
}
