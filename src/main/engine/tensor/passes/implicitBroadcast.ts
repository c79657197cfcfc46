/** Elementwise ops broadcast by themselves: an explicit broadcast before one is dropped when the result keeps its shape. */
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
      const source = producer.inputs[0];
      // Splats are emitted as scalars, so they contribute no shape.
      const shapes = node.inputs.map((operand, k) => (k === i ? source.shape : isSplatValue(operand) ? [] : operand.shape));
      if (sameShape(broadcast(shapes), shape)) node.inputs[i] = source;
    }
    return null;
  });
}

function broadcast(shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1)));
}
