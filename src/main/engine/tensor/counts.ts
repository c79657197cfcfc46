/** What a run costs, read from the graph. */
import { sizeOf } from './host';
import type { Graph } from './ir';

/** Multiply-accumulates of all matrix products of one run. */
export function countMacs(graph: Graph): number {
  let macs = 0;
  for (const node of graph.nodes) {
    if (node.op !== 'MatMul') continue;
    const inner = node.inputs[0].shape.at(node.attrs.transposeA ? -2 : -1)!;
    macs += sizeOf(node.outputs[0].shape) * inner;
  }
  return macs;
}
