/** How each op of the graph is written in ONNX (operator set 18 unless said otherwise). */
import { sameShape } from '../host';
import { BINARY_OPS, type BinaryOp, type NodeOf, type OpName, type UnaryOp, type Value } from '../ir';
import { GELU_CUBIC, GELU_SLOPE } from '../ops/gelu';
import { ELEMENT } from './builder';
import { bytesOf, type Emitter } from './emitter';

type Writers = { [K in OpName]: (e: Emitter, node: NodeOf<K>) => void };

const BINARY_NAMES: Partial<Record<BinaryOp, string>> = { Maximum: 'Max', Minimum: 'Min', GreaterEqual: 'GreaterOrEqual', LessEqual: 'LessOrEqual' };
type PlainUnary = Exclude<UnaryOp, 'Gelu'>;
const UNARY: readonly PlainUnary[] = ['Neg', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Tanh', 'Sigmoid', 'Erf', 'Relu', 'Abs', 'Sin', 'Cos', 'Sign', 'Softplus', 'Floor', 'Round', 'Not', 'IsNaN'];
const REDUCTIONS = ['Sum', 'SumSquare', 'Mean', 'Max', 'Min', 'Prod'] as const;

function binary(e: Emitter, node: NodeOf<BinaryOp>): void {
  const [a, b] = node.inputs;
  const out = node.outputs[0];
  // One operand may shrink to a scalar when the other alone has the shape of the result.
  const left = sameShape(b.shape, out.shape) && b.splat === undefined ? e.broadcastOperand(a) : e.name(a);
  const right = sameShape(a.shape, out.shape) ? e.broadcastOperand(b) : e.name(b);
  e.node(BINARY_NAMES[node.op] ?? node.op, [left, right], [e.name(out)]);
}

/** indices [..] -> [.., depth] bool. Compared rather than ONNX's OneHot, which wants int64 and lacks GPU kernels. */
function isClass(e: Emitter, indices: Value, depth: number): string {
  const range = e.share(`/range_${depth}`, 'int32', [depth], () => bytesOf(Int32Array.from({ length: depth }, (_, i) => i)));
  return e.step('Equal', [e.step('Unsqueeze', [e.name(indices), e.ints([-1])]), range]);
}

const others: Omit<Writers, BinaryOp | PlainUnary | (typeof REDUCTIONS)[number]> = {
  Gelu(e, node) {
    const [x, y] = [e.name(node.inputs[0]), e.name(node.outputs[0])];
    if (!e.options.standardOps) return e.microsoft('FastGelu', [x], [y]);
    const square = e.step('Mul', [x, x]);
    const slope = e.step('Add', [e.step('Mul', [square, e.scalar(GELU_SLOPE * GELU_CUBIC)]), e.scalar(GELU_SLOPE)]);
    const gate = e.step('Add', [e.step('Tanh', [e.step('Mul', [x, slope])]), e.scalar(1)]);
    e.node('Mul', [e.step('Mul', [x, e.scalar(0.5)]), gate], [y]);
  },
  Cast: (e, node) => e.node('Cast', [e.name(node.inputs[0])], [e.name(node.outputs[0])], { to: ELEMENT[node.outputs[0].dtype] }),
  Reshape(e, node) {
    const dims = e.dims(node.outputs[0]);
    const symbolic = dims.filter((dim) => typeof dim !== 'number').length;
    const shape = symbolic <= 1 ? e.ints(dims.map((dim) => (typeof dim === 'number' ? dim : -1))) : e.shapeTensor(node.outputs[0]);
    e.node('Reshape', [e.name(node.inputs[0]), shape], [e.name(node.outputs[0])]);
  },
  BroadcastTo: (e, node) => e.node('Expand', [e.name(node.inputs[0]), e.shapeTensor(node.outputs[0])], [e.name(node.outputs[0])]),
  Transpose: (e, node) => e.node('Transpose', [e.name(node.inputs[0])], [e.name(node.outputs[0])], { perm: node.attrs.perm }),
  MatMul(e, node) {
    const [a, b] = node.inputs;
    const { transposeA, transposeB, alpha = 1 } = node.attrs;
    const out = e.name(node.outputs[0]);
    if (!e.options.standardOps && (transposeA || transposeB || alpha !== 1))
      return e.microsoft('FusedMatMul', [e.name(a), e.name(b)], [out], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } });
    const operand = (value: Value, transposed: boolean): string => {
      if (!transposed) return e.name(value);
      const perm = value.shape.map((_, i) => i);
      perm.push(...perm.splice(-2).reverse());
      return e.step('Transpose', [e.name(value)], { perm });
    };
    const operands = [operand(a, transposeA), operand(b, transposeB)];
    if (alpha === 1) e.node('MatMul', operands, [out]);
    else e.node('Mul', [e.step('MatMul', operands), e.scalar(alpha)], [out]);
  },
  Gemm: (e, { inputs, outputs, attrs: { transposeA, transposeB, alpha = 1 } }) =>
    e.node('Gemm', inputs.map((value) => e.name(value)), [e.name(outputs[0])], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } }),
  Softmax: (e, node) => e.node('Softmax', [e.name(node.inputs[0])], [e.name(node.outputs[0])], { axis: node.attrs.axis }),
  Slice(e, node) {
    const { begin, size } = node.attrs;
    const dims = e.dims(node.outputs[0]);
    const from = e.dims(node.inputs[0]);
    // Sizes that follow the batch are taken whole; a slice within the batch has no fixed bounds.
    const axes = begin.map((_, i) => i).filter((i) => typeof dims[i] === 'number' || typeof from[i] === 'number');
    e.node('Slice', [e.name(node.inputs[0]), e.ints(axes.map((i) => begin[i])), e.ints(axes.map((i) => begin[i] + size[i])), e.ints(axes)], [e.name(node.outputs[0])]);
  },
  Concat: (e, node) => e.node('Concat', node.inputs.map((value) => e.name(value)), [e.name(node.outputs[0])], { axis: node.attrs.axis }),
  Split: (e, node) => e.node('Split', [e.name(node.inputs[0]), e.ints(node.attrs.sizes)], node.outputs.map((value) => e.name(value)), { axis: node.attrs.axis }),
  Tile: (e, node) => e.node('Tile', [e.name(node.inputs[0]), e.ints(node.attrs.reps)], [e.name(node.outputs[0])]),
  Pad: (e, node) => e.node('Pad', [e.name(node.inputs[0]), e.ints([...node.attrs.before, ...node.attrs.after]), e.scalar(node.attrs.value, node.outputs[0].dtype)], [e.name(node.outputs[0])]),
  Gather: (e, node) => e.node('Gather', node.inputs.map((value) => e.name(value)), [e.name(node.outputs[0])], { axis: node.attrs.axis }),
  SegmentSum(e, node) {
    // A product with the one-hot matrix: ScatterND's additions have no order of their own, this has, bit for bit.
    const [x, ids] = node.inputs;
    const out = node.outputs[0];
    const flatIds = ids.shape.length === 1 ? e.name(ids) : e.step('Reshape', [e.name(ids), e.ints([-1])]);
    const range = e.share(`/rows_${out.shape[0]}`, 'int32', [out.shape[0], 1], () => bytesOf(Int32Array.from({ length: out.shape[0] }, (_, i) => i)));
    const membership = e.step('Cast', [e.step('Equal', [range, e.step('Unsqueeze', [flatIds, e.ints([0])])])], { to: ELEMENT.float32 });
    const width = out.shape.slice(1).reduce((a, b) => a * b, 1);
    const rows = e.step('Reshape', [e.name(x), e.ints([-1, width])]);
    e.node('Reshape', [e.step('MatMul', [membership, rows]), e.ints(out.shape)], [e.name(out)]);
  },
  OneHot(e, node) {
    const { depth, on, off } = node.attrs;
    e.node('Where', [isClass(e, node.inputs[0], depth), e.scalar(on), e.scalar(off)], [e.name(node.outputs[0])]);
  },
  Select(e, node) {
    const [condition, a, b] = node.inputs;
    const full = sameShape(condition.shape, node.outputs[0].shape) && condition.splat === undefined;
    e.node('Where', [e.name(condition), full ? e.broadcastOperand(a) : e.name(a), full ? e.broadcastOperand(b) : e.name(b)], [e.name(node.outputs[0])]);
  },
  CumSum(e, node) {
    const { axis, exclusive, reverse } = node.attrs;
    e.node('CumSum', [e.name(node.inputs[0]), e.int64(axis)], [e.name(node.outputs[0])], { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 });
  },
  ArgMax: (e, node) => e.node('Cast', [e.step('ArgMax', [e.name(node.inputs[0])], { axis: node.attrs.axis, keepdims: 0 })], [e.name(node.outputs[0])], { to: ELEMENT.int32 }),
  LayerNorm(e, node) {
    const width = node.inputs[0].shape.at(-1)!;
    const ones = e.share(`/ones_${width}`, 'float32', [width], () => bytesOf(new Float32Array(width).fill(1)));
    e.node('LayerNormalization', [e.name(node.inputs[0]), ones], node.outputs.map((value) => e.name(value)), { axis: -1, epsilon: { float: node.attrs.epsilon } });
  },
};

export const WRITERS = {
  ...Object.fromEntries(BINARY_OPS.map((op) => [op, binary])),
  ...Object.fromEntries(UNARY.map((op) => [op, (e: Emitter, node: NodeOf<PlainUnary>) => e.node(op, [e.name(node.inputs[0])], [e.name(node.outputs[0])])])),
  ...Object.fromEntries(
    REDUCTIONS.map((op) => [op, (e: Emitter, node: NodeOf<'Sum'>) => e.node(`Reduce${op}`, [e.name(node.inputs[0]), e.ints(node.attrs.axes)], [e.name(node.outputs[0])], { keepdims: node.attrs.keepDims ? 1 : 0 })]),
  ),
  ...others,
} as Writers;
