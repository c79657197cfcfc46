/** Movement of data that moves nothing: reshapes, transposes, broadcasts and casts to what is there already. */
import { sameShape } from '../host';
import { isSplatValue, type Graph } from '../ir';
import { rewrite } from './rewrite';

export function simplifyShapes(graph: Graph): void {
  rewrite(graph, (node, emit) => {
    const x = node.inputs[0];
    const out = node.outputs[0];
    switch (node.op) {
      case 'Reshape': {
        if (isSplatValue(x)) return [graph.splat(x.splat, out.shape, out.dtype)];
        // Of a chain of reshapes only the last shape counts.
        const source = x.node?.op === 'Reshape' ? x.node.inputs[0] : x;
        if (sameShape(source.shape, out.shape)) return [source];
        node.inputs = [source];
        return null;
      }
      case 'BroadcastTo':
        if (isSplatValue(x)) return [graph.splat(x.splat, out.shape, out.dtype)];
        return sameShape(x.shape, out.shape) ? [x] : null;
      case 'Tile':
        if (isSplatValue(x)) return [graph.splat(x.splat, out.shape, out.dtype)];
        if (sameShape(x.shape, out.shape)) return [x];
        // How tfjs writes a broadcast.
        return x.shape.every((size, axis) => size === 1 || node.attrs.reps[axis] === 1) ? [emit('BroadcastTo', [x], {}, out.shape, out.dtype)] : null;
      case 'Transpose': {
        if (isSplatValue(x)) return [graph.splat(x.splat, out.shape, out.dtype)];
        return node.attrs.perm.every((axis, i) => axis === i) ? [x] : null;
      }
      case 'Cast':
        return x.dtype === out.dtype ? [x] : null;
      case 'Concat':
        return node.inputs.length === 1 ? [x] : null;
      case 'Split':
        return node.outputs.length === 1 ? [x] : null;
      default:
        return null;
    }
  });
}
