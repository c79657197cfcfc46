/**
 * The typed graph that tracing records and everything else reads: passes, ONNX emission, counts, memory plan. Single static
 * assignment, nodes in execution order, every shape known. It knows nothing of tfjs and nothing of ONNX.
 */
import { dtypeOf, sizeOf } from './host';
import type { TypedArray } from './types';

export type IrType = 'float32' | 'int32' | 'bool';

export const BINARY_OPS = ['Add', 'Sub', 'Mul', 'Div', 'Maximum', 'Minimum', 'Pow', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'And', 'Or'] as const;
export const UNARY_OPS = ['Neg', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Tanh', 'Sigmoid', 'Erf', 'Relu', 'Abs', 'Sin', 'Cos', 'Sign', 'Softplus', 'Floor', 'Round', 'Not', 'IsNaN', 'Gelu'] as const;
export type BinaryOp = (typeof BINARY_OPS)[number];
export type UnaryOp = (typeof UNARY_OPS)[number];

type NoAttrs = Record<never, never>;
interface Reduction {
  axes: number[];
  keepDims: boolean;
}

/** Attributes of the ops that are neither unary nor binary; operands in the comments. */
interface OtherOps {
  Cast: NoAttrs; // x; the output's dtype says to what
  Reshape: NoAttrs; // x; the output's shape says to what
  BroadcastTo: NoAttrs; // x
  Transpose: { perm: number[] }; // x
  Sum: Reduction; // x
  SumSquare: Reduction; // x
  Mean: Reduction;
  Max: Reduction;
  Min: Reduction;
  Prod: Reduction;
  /** a, b: (batched) matrix product times alpha (1 when left out), operands transposed in their last two axes on demand. */
  MatMul: { transposeA: boolean; transposeB: boolean; alpha?: number };
  /** a [M, K], b [K, N], c [M, N] or [N]: alpha a b + c, as BLAS has it. Made by a pass, never recorded. */
  Gemm: { transposeA: boolean; transposeB: boolean; alpha?: number };
  Softmax: { axis: number }; // logits
  Slice: { begin: number[]; size: number[] }; // x
  Concat: { axis: number }; // any number
  Split: { axis: number; sizes: number[] }; // x; one output per size
  Tile: { reps: number[] }; // x
  Pad: { before: number[]; after: number[]; value: number }; // x
  Gather: { axis: number }; // x, indices
  /** x, ids: rows of x summed into `segments` rows by id, which is the gradient of Gather. */
  SegmentSum: { segments: number };
  OneHot: { depth: number; on: number; off: number }; // indices
  Select: NoAttrs; // condition, then, otherwise (all of one shape or broadcast)
  CumSum: { axis: number; exclusive: boolean; reverse: boolean }; // x
  ArgMax: { axis: number }; // x
  /** x -> y, mean, inverse deviation, over the last axis. */
  LayerNorm: { epsilon: number };
}

export type OpAttrs = { [K in BinaryOp | UnaryOp]: NoAttrs } & OtherOps;
export type OpName = keyof OpAttrs;

export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: IrType;
  /** Set for graph inputs. */
  readonly input?: string;
  /** Set for constants: all elements equal to `splat`, or `data`. */
  readonly splat?: number;
  readonly data?: TypedArray | Uint8Array;
  /** Name of a declared constant, for the initialiser. */
  readonly label?: string;
  /** Set for results of nodes. */
  node?: GraphNode;
}

export type NodeOf<K extends OpName> = { op: K; attrs: OpAttrs[K]; inputs: Value[]; outputs: Value[]; /** Source line that caused it. */ origin?: string };
export type GraphNode = { [K in OpName]: NodeOf<K> }[OpName];

export interface GraphOutput {
  name: string;
  value: Value;
}

export class Graph {
  nodes: GraphNode[] = [];
  readonly inputs: Value[] = [];
  outputs: GraphOutput[] = [];

  /** `firstId` keeps the ids of a graph made of another's nodes apart from theirs. */
  constructor(
    readonly name: string,
    private count = 0,
  ) {}

  get nextId(): number {
    return this.count;
  }

  input(name: string, shape: readonly number[], dtype: IrType): Value {
    const value: Value = { id: this.count++, shape: [...shape], dtype, input: name };
    this.inputs.push(value);
    return value;
  }

  /** A constant; arrays of equal elements become a splat. The array is kept, not copied. */
  constant(data: TypedArray | Uint8Array, shape: readonly number[], dtype: IrType, label?: string): Value {
    if (data.length > 0 && isSplat(data)) return this.splat(data[0], shape, dtype);
    return { id: this.count++, shape: [...shape], dtype, data, label };
  }

  splat(value: number, shape: readonly number[], dtype: IrType = 'float32'): Value {
    return { id: this.count++, shape: [...shape], dtype, splat: value };
  }

  /** A node that is not yet part of `nodes`. */
  make<K extends OpName>(op: K, inputs: Value[], attrs: OpAttrs[K], results: { shape: readonly number[]; dtype: IrType }[], origin?: string): GraphNode {
    const outputs = results.map(({ shape, dtype }): Value => ({ id: this.count++, shape: [...shape], dtype }));
    const node = { op, inputs, attrs, outputs, origin } as unknown as GraphNode;
    for (const output of outputs) output.node = node;
    return node;
  }
}

function isSplat(data: ArrayLike<number>): boolean {
  // Object.is: -0 and 0 differ in a division, and NaN is equal to itself.
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return false;
  return true;
}

export function isConstant(value: Value): boolean {
  return value.splat !== undefined || value.data !== undefined;
}

export function isSplatValue(value: Value): value is Value & { splat: number } {
  return value.splat !== undefined;
}

/** The constant's elements as an array of the value's dtype (bool as bytes). */
export function constantData(value: Value): TypedArray | Uint8Array {
  const length = sizeOf(value.shape);
  if (value.splat !== undefined) {
    const array = value.dtype === 'float32' ? new Float32Array(length) : value.dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);
    return array.fill(value.splat);
  }
  const data = value.data!;
  if (value.dtype === 'bool') return data instanceof Uint8Array ? data : Uint8Array.from(data);
  if (!(data instanceof Uint8Array) && dtypeOf(data) === value.dtype) return data;
  return value.dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
}

export function bytesOfValue(value: Value): number {
  return sizeOf(value.shape) * (value.dtype === 'bool' ? 1 : 4);
}
