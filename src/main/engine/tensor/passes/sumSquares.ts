/** The sum of x * x as one reduction: the squares of all gradients, for their norm, are never written to memory. */
import type { Graph } from '../ir';
import { rewrite } from './rewrite';

export function sumSquares(graph: Graph): void {
  rewrite(graph, (node, emit) => {
    if (node.op !== 'Sum') return null;
    const product = node.inputs[0].node;
    if (product?.op !== 'Mul' || product.inputs[0] !== product.inputs[1]) return null;
    return [emit('SumSquare', [product.inputs[0]], node.attrs, node.outputs[0].shape)];
  });
}
