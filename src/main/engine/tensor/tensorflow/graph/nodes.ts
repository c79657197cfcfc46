/** How each op of the graph is written in TensorFlow. A writer returns the nodes of the op's results, in order. */
import { sameShape, sizeOf } from '../../host';
import { BINARY_OPS, UNARY_OPS, type BinaryOp, type NodeOf, type OpName, type UnaryOp, type Value } from '../../ir';
import { GELU_CUBIC, GELU_SLOPE } from '../../ops/gelu';
import type { Attribute } from './builder';
import type { GraphEmitter } from './emitter';

type Writers = { [K in OpName]: (e: GraphEmitter, node: NodeOf<K>) => string[] };
type PlainUnary = Exclude<UnaryOp, 'Gelu'>;

const BINARY_NAMES: Partial<Record<BinaryOp, string>> = { Add: 'AddV2', Div: 'RealDiv', And: 'LogicalAnd', Or: 'LogicalOr' };
const UNARY_NAMES: Partial<Record<PlainUnary, string>> = { Not: 'LogicalNot', IsNaN: 'IsNan' };
const REDUCTIONS = ['Sum', 'Mean', 'Max', 'Min', 'Prod'] as const;
const INDEX = { type: 'int32' } as const;

const typeOf = (value: Value): { type: Value['dtype'] } => ({ type: value.dtype });
/** Logical ops have no type to name. */
const typed = (op: string, value: Value): Record<string, Attribute> => (op.startsWith('Logical') ? {} : { T: typeOf(value) });

function binary(e: GraphEmitter, node: NodeOf<BinaryOp>): string[] {
  const [a, b] = node.inputs;
  const { shape } = node.outputs[0];
  // One operand may shrink to a scalar when the other alone has the shape of the result.
  const left = sameShape(b.shape, shape) && b.splat === undefined ? e.broadcastOperand(a) : e.name(a);
  const right = sameShape(a.shape, shape) ? e.broadcastOperand(b) : e.name(b);
  const op = BINARY_NAMES[node.op] ?? node.op;
  return [e.builder.node(op, [left, right], typed(op, a))];
}

function unary(e: GraphEmitter, node: NodeOf<PlainUnary>): string[] {
  const op = UNARY_NAMES[node.op] ?? node.op;
  return [e.builder.node(op, [e.name(node.inputs[0])], typed(op, node.inputs[0]))];
}

function reduce(e: GraphEmitter, op: string, x: string, value: Value, axes: readonly number[], keepDims: boolean): string {
  return e.builder.node(op, [x, e.ints(axes)], { T: typeOf(value), Tidx: INDEX, keep_dims: { bool: keepDims } });
}

/** x -> x in bfloat16, made once. */
function rounded(e: GraphEmitter, value: Value): string {
  const name = e.name(value);
  return e.share(`bfloat16 ${name}`, () => e.builder.node('Cast', [name], { SrcT: { type: 'float32' }, DstT: { type: 'bfloat16' } }));
}

function product(e: GraphEmitter, a: Value, b: Value, { transposeA, transposeB, alpha = 1 }: NodeOf<'MatMul'>['attrs']): string {
  const T = { type: e.bfloat16 ? 'bfloat16' : 'float32' } as const;
  const operands = e.bfloat16 ? [rounded(e, a), rounded(e, b)] : [e.name(a), e.name(b)];
  const flat = a.shape.length === 2 && b.shape.length === 2;
  const node = flat
    ? e.builder.node('MatMul', operands, { T, transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } })
    : e.builder.node('BatchMatMulV2', operands, { T, adj_x: { bool: transposeA }, adj_y: { bool: transposeB } });
  const result = e.bfloat16 ? e.builder.node('Cast', [node], { SrcT: T, DstT: { type: 'float32' } }) : node;
  return alpha === 1 ? result : e.step('Mul', [result, e.scalar(alpha)]);
}

/** Last-axis mean of a float32 node. */
function mean(e: GraphEmitter, x: string, rank: number): string {
  return e.step('Mean', [x, e.ints([rank - 1])], { Tidx: INDEX, keep_dims: { bool: true } });
}

const others: Omit<Writers, BinaryOp | PlainUnary | (typeof REDUCTIONS)[number]> = {
  Gelu(e, { inputs: [value] }) {
    const x = e.name(value);
    const slope = e.step('AddV2', [e.step('Mul', [e.step('Square', [x]), e.scalar(GELU_SLOPE * GELU_CUBIC)]), e.scalar(GELU_SLOPE)]);
    const gate = e.step('AddV2', [e.step('Tanh', [e.step('Mul', [x, slope])]), e.scalar(1)]);
    return [e.step('Mul', [e.step('Mul', [x, e.scalar(0.5)]), gate])];
  },
  Cast: (e, { inputs: [x], outputs: [out] }) => [e.builder.node('Cast', [e.name(x)], { SrcT: typeOf(x), DstT: typeOf(out) })],
  Reshape: (e, { inputs: [x], outputs: [out] }) => [e.reshape(e.name(x), out.shape, x.dtype)],
  BroadcastTo: (e, { inputs: [x], outputs: [out] }) => [e.builder.node('BroadcastTo', [e.name(x), e.ints(out.shape)], { T: typeOf(x), Tidx: INDEX })],
  Transpose: (e, { inputs: [x], attrs }) => [e.builder.node('Transpose', [e.name(x), e.ints(attrs.perm)], { T: typeOf(x), Tperm: INDEX })],
  SumSquare(e, { inputs: [x], attrs, outputs: [out] }) {
    if (attrs.axes.length < x.shape.length) return [reduce(e, 'Sum', e.step('Square', [e.name(x)]), x, attrs.axes, attrs.keepDims)];
    // Half the sum of squares, without the squares in memory.
    const sum = e.step('Mul', [e.step('L2Loss', [e.name(x)]), e.scalar(2)]);
    return [out.shape.length === 0 ? sum : e.reshape(sum, out.shape, 'float32')];
  },
  MatMul: (e, { inputs: [a, b], attrs }) => [product(e, a, b, attrs)],
  Gemm(e, { inputs: [a, b, c], attrs }) {
    // As a bias, which TensorFlow takes into the product, where it is one.
    const op = c.shape.length === 1 ? 'BiasAdd' : 'AddV2';
    return [e.step(op, [product(e, a, b, attrs), e.name(c)])];
  },
  Softmax(e, { inputs: [x], attrs: { axis } }) {
    if (axis === x.shape.length - 1) return [e.step('Softmax', [e.name(x)])];
    const shifted = e.step('Sub', [e.name(x), reduce(e, 'Max', e.name(x), x, [axis], true)]);
    const powers = e.step('Exp', [shifted]);
    return [e.step('RealDiv', [powers, reduce(e, 'Sum', powers, x, [axis], true)])];
  },
  Slice: (e, { inputs: [x], attrs }) => [e.builder.node('Slice', [e.name(x), e.ints(attrs.begin), e.ints(attrs.size)], { T: typeOf(x), Index: INDEX })],
  Concat: (e, { inputs, attrs }) => [e.builder.node('ConcatV2', [...inputs.map((value) => e.name(value)), e.scalar(attrs.axis, 'int32')], { N: { int: inputs.length }, T: typeOf(inputs[0]), Tidx: INDEX })],
  Split(e, { inputs: [x], attrs, outputs }) {
    const node = e.builder.node('SplitV', [e.name(x), e.ints(attrs.sizes), e.scalar(attrs.axis, 'int32')], { T: typeOf(x), Tlen: INDEX, num_split: { int: outputs.length } });
    return outputs.map((_, i) => (i === 0 ? node : `${node}:${i}`));
  },
  Tile: (e, { inputs: [x], attrs }) => [e.builder.node('Tile', [e.name(x), e.ints(attrs.reps)], { T: typeOf(x), Tmultiples: INDEX })],
  Pad(e, { inputs: [x], attrs: { before, after, value } }) {
    const pairs = e.reshape(e.ints(before.flatMap((size, i) => [size, after[i]])), [before.length, 2], 'int32');
    return [e.builder.node('PadV2', [e.name(x), pairs, e.scalar(value, x.dtype)], { T: typeOf(x), Tpaddings: INDEX })];
  },
  Gather: (e, { inputs: [x, indices], attrs }) => [e.builder.node('GatherV2', [e.name(x), e.name(indices), e.scalar(attrs.axis, 'int32')], { Tparams: typeOf(x), Tindices: INDEX, Taxis: INDEX, batch_dims: { int: 0 } })],
  SegmentSum(e, { inputs: [x, ids], outputs: [out] }) {
    // A product with the one-hot matrix: its additions have a fixed order on every device.
    const [segments, ...inner] = out.shape;
    const members = oneHot(e, e.reshape(e.name(ids), [sizeOf(ids.shape)], 'int32'), segments, 1, 0);
    const rows = e.reshape(e.name(x), [sizeOf(ids.shape), sizeOf(inner)], 'float32');
    const sums = e.step('MatMul', [members, rows], { transpose_a: { bool: true }, transpose_b: { bool: false } });
    return [e.reshape(sums, out.shape, 'float32')];
  },
  OneHot: (e, { inputs: [indices], attrs }) => [oneHot(e, e.name(indices), attrs.depth, attrs.on, attrs.off)],
  Select: (e, { inputs: [condition, a, b], outputs: [out] }) => {
    const full = sameShape(condition.shape, out.shape) && condition.splat === undefined;
    return [e.builder.node('SelectV2', [e.name(condition), full ? e.broadcastOperand(a) : e.name(a), full ? e.broadcastOperand(b) : e.name(b)], { T: typeOf(out) })];
  },
  CumSum: (e, { inputs: [x], attrs }) => [e.builder.node('Cumsum', [e.name(x), e.scalar(attrs.axis, 'int32')], { T: typeOf(x), Tidx: INDEX, exclusive: { bool: attrs.exclusive }, reverse: { bool: attrs.reverse } })],
  ArgMax: (e, { inputs: [x], attrs }) => [e.builder.node('ArgMax', [e.name(x), e.scalar(attrs.axis, 'int32')], { T: typeOf(x), Tidx: INDEX, output_type: INDEX })],
  LayerNorm(e, { inputs: [value], attrs }) {
    const { length: rank } = value.shape;
    const x = e.name(value);
    const centre = mean(e, x, rank);
    const centred = e.step('Sub', [x, centre]);
    const inverse = e.step('Rsqrt', [e.step('AddV2', [mean(e, e.step('Square', [centred]), rank), e.scalar(attrs.epsilon)])]);
    return [e.step('Mul', [centred, inverse]), centre, inverse];
  },
};

function oneHot(e: GraphEmitter, indices: string, depth: number, on: number, off: number): string {
  return e.step('OneHot', [indices, e.scalar(depth, 'int32'), e.scalar(on), e.scalar(off)], { TI: INDEX, axis: { int: -1 } });
}

export const GRAPH_WRITERS = {
  ...Object.fromEntries(BINARY_OPS.map((op) => [op, binary])),
  ...Object.fromEntries(UNARY_OPS.filter((op) => op !== 'Gelu').map((op) => [op, unary])),
  ...Object.fromEntries(REDUCTIONS.map((op) => [op, (e: GraphEmitter, node: NodeOf<'Sum'>) => [reduce(e, op, e.name(node.inputs[0]), node.inputs[0], node.attrs.axes, node.attrs.keepDims)]])),
  ...others,
} as Writers;
