/**
 * Arithmetic with constants whose elements are all equal. tfjs's gradients are full of it: products with arrays of ones,
 * sums with zeros, divisions by counts.
 */
import { sameShape } from '../host';
import { isSplatValue, type Graph, type GraphNode, type Value } from '../ir';
import { rewrite, type Emit } from './rewrite';

const f32 = Math.fround;
const FOLD_BINARY: Partial<Record<GraphNode['op'], (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Maximum: Math.max,
  Minimum: Math.min,
};
const FOLD_UNARY: Partial<Record<GraphNode['op'], (x: number) => number>> = {
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
  Abs: Math.abs,
};

export function simplifyAlgebra(graph: Graph): void {
  rewrite(graph, (node, emit) => {
    const [a, b] = node.inputs;
    const out = node.outputs[0];
    if (out.dtype !== 'float32') return null;
    const binary = FOLD_BINARY[node.op];
    if (binary && isSplatValue(a) && isSplatValue(b)) return [graph.splat(f32(binary(a.splat, b.splat)), out.shape)];
    const unary = FOLD_UNARY[node.op];
    if (unary && isSplatValue(a)) return [graph.splat(f32(unary(a.splat)), out.shape)];
    const widen = (x: Value): Value => (sameShape(x.shape, out.shape) ? x : emit('BroadcastTo', [x], {}, out.shape));
    switch (node.op) {
      case 'Add':
        if (isSplatValue(b) && b.splat === 0) return [widen(a)];
        return isSplatValue(a) && a.splat === 0 ? [widen(b)] : null;
      case 'Sub':
        if (isSplatValue(b) && b.splat === 0) return [widen(a)];
        return isSplatValue(a) && a.splat === 0 ? [emit('Neg', [widen(b)], {}, out.shape)] : null;
      case 'Div':
        return isSplatValue(b) ? [scale(graph, emit, a, 1 / b.splat, widen)] : null;
      case 'Mul':
        if (isSplatValue(b)) return [scale(graph, emit, a, b.splat, widen)];
        return isSplatValue(a) ? [scale(graph, emit, b, a.splat, widen)] : null;
      case 'Pow':
        return isSplatValue(b) ? power(emit, a, b.splat, widen) : null;
      default:
        return null;
    }
  });
}

/** x times a number, on the small side of a broadcast, joined with a number it was multiplied by before. */
function scale(graph: Graph, emit: Emit, x: Value, factor: number, widen: (x: Value) => Value): Value {
  if (factor === 1) return widen(x);
  if (factor === -1) return widen(emit('Neg', [x], {}, x.shape));
  if (x.node?.op === 'Mul') {
    const [a, b] = x.node.inputs;
    const [value, constant] = isSplatValue(b) ? [a, b.splat] : isSplatValue(a) ? [b, a.splat] : [null, 1];
    if (value && sameShape(value.shape, x.shape)) return widen(emit('Mul', [value, graph.splat(f32(constant * factor), [])], {}, x.shape));
  }
  return widen(emit('Mul', [x, graph.splat(f32(factor), [])], {}, x.shape));
}

/** Small powers as products: `Pow` runs through exp and log. */
function power(emit: Emit, x: Value, exponent: number, widen: (x: Value) => Value): Value[] | null {
  const times = (a: Value, b: Value): Value => emit('Mul', [a, b], {}, x.shape);
  switch (exponent) {
    case 1:
      return [widen(x)];
    case 2:
      return [widen(times(x, x))];
    case 3:
      return [widen(times(x, times(x, x)))];
    case 0.5:
      return [widen(emit('Sqrt', [x], {}, x.shape))];
    case 1.5:
      return [widen(times(x, emit('Sqrt', [x], {}, x.shape)))];
    default:
      return null;
  }
}
