/** Elementwise ops broadcast by themselves: an explicit broadcast before one is dropped when another operand has the full shape. */
import { sameShape } from '../host';
import { BINARY_OPS, isSplatValue, type Graph } from '../ir';
import { rewrite } from './rewrite';

const BROADCASTING = new Set<string>([...BINARY_OPS, 'Select']);

export function implicitBroadcast(graph: Graph): void {
  rewrite(graph, (node) => {
    if (!BROADCASTING.has(node.op)) return null;
    const { shape } = node.outputs[0];
    for (let i = 0; i < node.inputs.length; i++) {
      const producer = node.inputs[i].node;
      if (producer?.op !== 'BroadcastTo') continue;
      // A splat does not count: it is emitted as a scalar.
      const others = node.inputs.some((other, j) => j !== i && sameShape(other.shape, shape) && !isSplatValue(other));
      if (others) node.inputs[i] = producer.inputs[0];
    }
    return null;
  });
}
