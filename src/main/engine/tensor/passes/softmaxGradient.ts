/**
 * The gradient of attention's softmax sums dP * P over each row of the weights P, where dP = dO B^T is the gradient of O = P B.
 * That sum is the one of dO * O over the channels of a head (Dao et al. 2022, FlashAttention, section 3.1 and appendix B.2): fewer numbers, and then
 * (dP - sum) * P needs two passes over the weights instead of four.
 */
import { sameShape } from '../host';
import type { Graph, GraphNode, NodeOf, Value } from '../ir';
import { isLastAxis, rewrite, usesOf } from './rewrite';

export function softmaxGradient(graph: Graph): void {
  const uses = usesOf(graph);
  /** Products P B met so far, by P. */
  const products = new Map<Value, NodeOf<'MatMul'>[]>();

  rewrite(graph, (node, emit) => {
    if (node.op === 'MatMul') products.set(node.inputs[0], [...(products.get(node.inputs[0]) ?? []), node]);
    const [out] = node.outputs;
    const found = node.op === 'Sub' ? softmaxPart(node) : null;
    if (!found || uses.get(found.weighted) !== 2 || uses.get(found.sum) !== 1) return null;
    const { weights, gradient } = found;
    const made = gradient.node;
    if (made?.op !== 'MatMul' || made.attrs.transposeA || !made.attrs.transposeB) return null;
    const [dO, B] = made.inputs;
    const forward = products.get(weights)?.find(({ inputs, attrs }) => inputs[1] === B && !attrs.transposeA && !attrs.transposeB && (attrs.alpha ?? 1) === (made.attrs.alpha ?? 1));
    if (!forward || !sameShape(forward.outputs[0].shape, dO.shape)) return null;

    const sum = emit('Sum', [emit('Mul', [dO, forward.outputs[0]], {}, dO.shape)], { axes: [dO.shape.length - 1], keepDims: true }, [...dO.shape.slice(0, -1), 1]);
    return [emit('Mul', [emit('Sub', [gradient, sum], {}, out.shape), weights], {}, out.shape)];
  });
}

/** The parts of g * p - sum(g * p) * p with the sum over the last axis, g being the operand that is not p. */
function softmaxPart({ inputs: [weighted, subtracted] }: NodeOf<'Sub'>): { weighted: Value; sum: Value; weights: Value; gradient: Value } | null {
  const [product, scaled] = [weighted.node, subtracted.node];
  if (product?.op !== 'Mul' || scaled?.op !== 'Mul' || !sameShape(weighted.shape, subtracted.shape)) return null;
  for (const [sum, weights] of [scaled.inputs, scaled.inputs.toReversed()]) {
    if (!isRowSumOf(sum.node, weighted)) continue;
    const gradient = product.inputs[0] === weights ? product.inputs[1] : product.inputs[1] === weights ? product.inputs[0] : null;
    if (gradient && sameShape(gradient.shape, weights.shape)) return { weighted, sum, weights, gradient };
  }
  return null;
}

function isRowSumOf(node: GraphNode | undefined, value: Value): boolean {
  return node?.op === 'Sum' && node.inputs[0] === value && node.attrs.keepDims && isLastAxis(node.attrs.axes, value);
}
