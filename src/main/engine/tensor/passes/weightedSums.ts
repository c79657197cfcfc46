/**
 * The gradient of adaLN's modulation needs dy * y, that of the layer normalisation before it the sum of (dy * w) * y over the channels, w being the
 * modulation of the sample. The second is the first times w as a matrix product: one array read, instead of one made and one summed.
 */
import type { Graph, NodeOf, Value } from '../ir';
import { isLastAxis, rewrite, usesOf } from './rewrite';

export function weightedSums(graph: Graph): void {
  const uses = usesOf(graph);
  /** Products met so far, by operand. */
  const products = new Map<Value, NodeOf<'Mul'>[]>();

  rewrite(graph, (node, emit) => {
    if (node.op === 'Mul') for (const input of node.inputs) products.set(input, [...(products.get(input) ?? []), node]);
    if (node.op !== 'Sum' || !node.attrs.keepDims || !isLastAxis(node.attrs.axes, node.inputs[0]) || uses.get(node.inputs[0]) !== 1) return null;
    const product = node.inputs[0].node;
    if (product?.op !== 'Mul') return null;
    for (const [modulated, y] of [product.inputs, product.inputs.toReversed()]) {
      const inner = modulated.node;
      if (inner?.op !== 'Mul') continue;
      for (const [dy, w] of [inner.inputs, inner.inputs.toReversed()]) {
        const known = products.get(y)?.find((other) => other !== product && other.inputs.includes(dy));
        if (!known || !isRowPerSample(w, y)) continue;
        return [emit('MatMul', [known.outputs[0], w], { transposeA: false, transposeB: true }, node.outputs[0].shape)];
      }
    }
    return null;
  });
}

/** Whether w is [B, 1, D] where x is [B, T, D]. */
function isRowPerSample(w: Value, x: Value): boolean {
  const [batch, row, channels] = w.shape;
  return w.shape.length === 3 && x.shape.length === 3 && batch === x.shape[0] && row === 1 && channels === x.shape[2];
}
