/**
 * Sums over the rows of a matrix, of which gradients of biases and of sigma are made, as a product with a row of ones: the runtime's products
 * keep both threads and vector units busy where its reductions down the columns do not. Measured: a half to a third of the time.
 */
import type { Graph } from '../ir';
import { rewrite } from './rewrite';

/** Below this a sum is over before a thread is awake. */
const ROWS = 64;

export function rowSums(graph: Graph): void {
  rewrite(graph, (node, emit) => {
    if (node.op !== 'Sum' || node.attrs.axes.length !== 1 || node.attrs.axes[0] !== 0) return null;
    const [x] = node.inputs;
    const [rows, columns] = x.shape;
    if (x.shape.length !== 2 || x.dtype !== 'float32' || rows < ROWS) return null;
    const sum = emit('MatMul', [graph.splat(1, [1, rows]), x], { transposeA: false, transposeB: false }, [1, columns]);
    return [node.attrs.keepDims ? sum : emit('Reshape', [sum], {}, node.outputs[0].shape)];
  });
}
