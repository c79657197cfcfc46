/**
 * The recording kernels: each turns a tfjs kernel call into graph nodes. Kernels that are plain combinations of others
 * (Square, AddN, Pack, ...) are recorded as those, so that the graph has one way to say a thing.
 */
import { BINARY_OPS, UNARY_OPS, type BinaryOp, type IrType, type OpName, type UnaryOp, type Value } from '../ir';
import { sizeOf } from '../host';
import { GELU } from '../ops/gelu';
import { LAYER_NORM } from '../ops/layerNorm';
import { tf } from '../tf';
import { record, TRACE, traceBackend } from './recorder';

type Attrs = Record<string, any>; // tfjs hands kernels untyped attributes
/** `x('name')` is the operand of that name; all operands in order are in `all`. */
type Kernel = (x: (name: string) => Value, attrs: Attrs, all: Value[]) => Value | Value[];

const KERNELS: Record<string, Kernel> = {};

const COMPARISONS = new Set<OpName>(['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'And', 'Or']);
const BINARY_NAMES: Partial<Record<BinaryOp, string>> = { Mul: 'Multiply', Div: 'RealDiv', And: 'LogicalAnd', Or: 'LogicalOr' };
const UNARY_NAMES: Partial<Record<UnaryOp, string>> = { Not: 'LogicalNot', IsNaN: 'IsNan', Gelu: GELU };

function binary(op: BinaryOp, a: Value, b: Value): Value {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return record(op, [a, b], {}, { shape, dtype: COMPARISONS.has(op) ? 'bool' : a.dtype })[0];
}

function unary(op: UnaryOp, x: Value): Value {
  return record(op, [x], {}, { shape: x.shape, dtype: op === 'Not' || op === 'IsNaN' ? 'bool' : x.dtype })[0];
}

for (const op of BINARY_OPS) KERNELS[BINARY_NAMES[op] ?? op] = (x) => binary(op, x('a'), x('b'));
for (const op of UNARY_OPS) KERNELS[UNARY_NAMES[op] ?? op] = (x) => unary(op, x('x'));

function splat(value: number, shape: readonly number[], dtype: IrType = 'float32'): Value {
  return traceBackend.current().splat(value, shape, dtype);
}

function cast(x: Value, dtype: IrType): Value {
  return x.dtype === dtype ? x : record('Cast', [x], {}, { shape: x.shape, dtype })[0];
}

function reshape(x: Value, shape: readonly number[]): Value {
  return record('Reshape', [x], {}, { shape, dtype: x.dtype })[0];
}

function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function concat(values: Value[], axis: number): Value {
  const shape = [...values[0].shape];
  shape[axis] = values.reduce((sum, value) => sum + value.shape[axis], 0);
  return record('Concat', values, { axis }, { shape, dtype: values[0].dtype })[0];
}

function split(x: Value, axis: number, sizes: number[]): Value[] {
  return record('Split', [x], { axis, sizes }, ...sizes.map((size) => ({ shape: x.shape.map((dim, i) => (i === axis ? size : dim)), dtype: x.dtype })));
}

Object.assign(KERNELS, {
  Identity: (x) => x('x'),
  Square: (x) => binary('Mul', x('x'), x('x')),
  Rsqrt: (x) => unary('Reciprocal', unary('Sqrt', x('x'))),
  SquaredDifference: (x) => {
    const difference = binary('Sub', x('a'), x('b'));
    return binary('Mul', difference, difference);
  },
  NotEqual: (x) => unary('Not', binary('Equal', x('a'), x('b'))),
  AddN: (_x, _attrs, all) => all.reduce((sum, value) => binary('Add', sum, value)),
  ClipByValue: (x, { clipValueMin, clipValueMax }) => binary('Minimum', binary('Maximum', x('x'), splat(clipValueMin, [])), splat(clipValueMax, [])),
  Step: (x, { alpha }) => {
    // 1 above zero, alpha elsewhere.
    const positive = cast(binary('Greater', x('x'), splat(0, [])), 'float32');
    return alpha ? binary('Add', binary('Mul', positive, splat(1 - alpha, [])), splat(alpha, [])) : positive;
  },
  ZerosLike: (x) => splat(0, x('x').shape, x('x').dtype),
  OnesLike: (x) => splat(1, x('x').shape, x('x').dtype),
  Fill: (_x, { shape, value, dtype }) => splat(value, shape, dtype ?? 'float32'),
  Range: (_x, { start, stop, step, dtype }) => {
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const values = Array.from({ length: count }, (_, i) => start + i * step);
    return traceBackend.current().constant(dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), [count], dtype ?? 'float32');
  },
  Cast: (x, { dtype }) => cast(x('x'), dtype),
  Reshape: (x, { shape }) => reshape(x('x'), tf.util.inferFromImplicitShape(shape, sizeOf(x('x').shape))),
  ExpandDims: (x, { dim }) => {
    const shape = [...x('input').shape];
    shape.splice(axisOf(dim, shape.length + 1), 0, 1);
    return reshape(x('input'), shape);
  },
  Transpose: (x, { perm }) => record('Transpose', [x('x')], { perm: [...perm] }, { shape: perm.map((p: number) => x('x').shape[p]), dtype: x('x').dtype }),
  BroadcastTo: (x, { shape }) => record('BroadcastTo', [x('x')], {}, { shape, dtype: x('x').dtype }),
  Tile: (x, { reps }) => record('Tile', [x('x')], { reps: [...reps] }, { shape: x('x').shape.map((dim, i) => dim * reps[i]), dtype: x('x').dtype }),
  BatchMatMul: (x, { transposeA, transposeB }) => {
    const [a, b] = [x('a'), x('b')];
    const rows = a.shape.at(transposeA ? -1 : -2)!;
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return record('MatMul', [a, b], { transposeA: !!transposeA, transposeB: !!transposeB }, { shape: [...batch, rows, columns], dtype: 'float32' });
  },
  Softmax: (x, { dim }) => record('Softmax', [x('logits')], { axis: axisOf(dim, x('logits').shape.length) }, { shape: x('logits').shape, dtype: 'float32' }),
  Slice: (x, { begin, size }) => {
    const [from, extent] = tf.slice_util.parseSliceParams({ shape: [...x('x').shape] } as unknown as tf.Tensor, begin, size);
    return record('Slice', [x('x')], { begin: from, size: extent }, { shape: extent, dtype: x('x').dtype });
  },
  Concat: (_x, { axis }, all) => concat(all, axisOf(axis, all[0].shape.length)),
  Pack: (_x, { axis }, all) => {
    const at = axisOf(axis, all[0].shape.length + 1);
    return concat(all.map((value) => reshape(value, [...value.shape.slice(0, at), 1, ...value.shape.slice(at)])), at);
  },
  Unpack: (x, { axis }) => {
    const value = x('value');
    const at = axisOf(axis, value.shape.length);
    const shape = value.shape.filter((_, i) => i !== at);
    return split(value, at, Array.from({ length: value.shape[at] }, () => 1)).map((part) => reshape(part, shape));
  },
  SplitV: (x, { numOrSizeSplits, axis }) => {
    const at = axisOf(axis, x('x').shape.length);
    const sizes = tf.backend_util.prepareSplitSize({ shape: [...x('x').shape] } as unknown as tf.Tensor, numOrSizeSplits, at);
    return split(x('x'), at, sizes);
  },
  PadV2: (x, { paddings, constantValue }) => {
    const before = paddings.map((pair: number[]) => pair[0]);
    const after = paddings.map((pair: number[]) => pair[1]);
    return record('Pad', [x('x')], { before, after, value: constantValue }, { shape: x('x').shape.map((dim, i) => dim + before[i] + after[i]), dtype: x('x').dtype });
  },
  GatherV2: (x, { axis, batchDims }) => {
    if (batchDims) throw new Error('gather with batchDims cannot be traced');
    const [table, indices] = [x('x'), x('indices')];
    const at = axisOf(axis, table.shape.length);
    return record('Gather', [table, indices], { axis: at }, { shape: [...table.shape.slice(0, at), ...indices.shape, ...table.shape.slice(at + 1)], dtype: table.dtype });
  },
  UnsortedSegmentSum: (x, { numSegments }) => record('SegmentSum', [x('x'), x('segmentIds')], { segments: numSegments }, { shape: [numSegments, ...x('x').shape.slice(1)], dtype: x('x').dtype }),
  OneHot: (x, { depth, onValue, offValue, dtype }) =>
    cast(record('OneHot', [x('indices')], { depth, on: onValue, off: offValue }, { shape: [...x('indices').shape, depth], dtype: 'float32' })[0], dtype ?? 'float32'),
  Select: (x) => record('Select', [x('condition'), x('t'), x('e')], {}, { shape: x('t').shape, dtype: x('t').dtype }),
  Cumsum: (x, { axis, exclusive, reverse }) => record('CumSum', [x('x')], { axis: axisOf(axis, x('x').shape.length), exclusive: !!exclusive, reverse: !!reverse }, { shape: x('x').shape, dtype: x('x').dtype }),
  ArgMax: (x, { axis }) => {
    const at = axisOf(Array.isArray(axis) ? axis[0] : axis, x('x').shape.length);
    return record('ArgMax', [x('x')], { axis: at }, { shape: x('x').shape.filter((_, i) => i !== at), dtype: 'int32' });
  },
  [LAYER_NORM]: (x, { epsilon }) => {
    const { shape } = x('x');
    const statistics = [...shape.slice(0, -1), 1];
    return record('LayerNorm', [x('x')], { epsilon }, { shape, dtype: 'float32' }, { shape: statistics, dtype: 'float32' }, { shape: statistics, dtype: 'float32' });
  },
} satisfies Record<string, Kernel>);

for (const op of ['Sum', 'Mean', 'Max', 'Min', 'Prod'] as const)
  KERNELS[op] = (x, attrs) => {
    const value = x('x');
    const axes = tf.util.parseAxisParam(attrs.axis ?? attrs.reductionIndices, [...value.shape]).sort((a, b) => a - b);
    const keepDims = !!attrs.keepDims;
    const shape = value.shape.flatMap((dim, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [dim]));
    return record(op, [value], { axes, keepDims }, { shape, dtype: value.dtype });
  };

for (const [kernelName, kernel] of Object.entries(KERNELS))
  tf.registerKernel({
    kernelName,
    backendName: TRACE,
    kernelFunc: ({ inputs, attrs }) => {
      const operands = inputs as unknown as Record<string, tf.Tensor>;
      const result = kernel((name) => traceBackend.graphValue(operands[name]), (attrs ?? {}) as Attrs, Object.values(operands).map((t) => traceBackend.graphValue(t)));
      return Array.isArray(result) && result.length !== 1 ? result.map((value) => traceBackend.handle(value)) : traceBackend.handle(Array.isArray(result) ? result[0] : result);
    },
  });
