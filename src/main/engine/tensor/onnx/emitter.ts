/** State of one emission: which ONNX name stands for which value, and the small constants shared between nodes. */
import { sizeOf } from '../host';
import { constantData, isConstant, isSplatValue, type IrType, type Value } from '../ir';
import { encodeFloat16 } from './float16';
import { MICROSOFT, tensorAttribute, type Attribute, type ElementType, type OnnxBuilder } from './builder';

/** A size of a value: a number, or a multiple of the batch that is only known at run time. */
export type SymbolicDim = number | { batchTimes: number };

export interface EmitterOptions {
  /** Only the standard operator set: nothing of `com.microsoft`. */
  standardOps: boolean;
  /** Initialisers as halves, widened when the model is loaded; arithmetic stays float32. */
  halfWeights: boolean;
  /** Symbolic shape of a value; null when all shapes are fixed. */
  dims: ((value: Value) => SymbolicDim[]) | null;
  /** Name of a graph input whose first size is the batch. */
  batchInput: string | null;
}

/** Constants below this stay float32: they are epsilons and tables, not weights. */
const HALF_THRESHOLD = 256;

export class Emitter {
  private readonly names = new Map<Value, string>();
  private readonly shared = new Set<string>();
  /** Names of the graph's own inputs and outputs, which no initialiser may take. */
  readonly reserved = new Set<string>();
  private temporaries = 0;

  constructor(
    readonly builder: OnnxBuilder,
    readonly options: EmitterOptions,
  ) {}

  setName(value: Value, name: string): void {
    this.names.set(value, name);
  }

  hasName(value: Value): boolean {
    return this.names.has(value);
  }

  temporary(): string {
    return `/t${this.temporaries++}`;
  }

  node(op: string, inputs: string[], outputs: string[], attributes?: Record<string, Attribute>): void {
    this.builder.node(op, inputs, outputs, attributes);
  }

  /** A node of one new, unnamed result. */
  step(op: string, inputs: string[], attributes?: Record<string, Attribute>): string {
    const out = this.temporary();
    this.node(op, inputs, [out], attributes);
    return out;
  }

  microsoft(op: string, inputs: string[], outputs: string[], attributes?: Record<string, Attribute>): void {
    this.builder.node(op, inputs, outputs, attributes, MICROSOFT);
  }

  /** Name of a value in its full shape. */
  name(value: Value): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    const name = isConstant(value) ? this.constant(value) : `/v${value.id}`;
    this.names.set(value, name);
    return name;
  }

  /** Name of an operand that may be given as a scalar instead, because the op broadcasts it. */
  broadcastOperand(value: Value): string {
    return isSplatValue(value) ? this.scalar(value.splat, value.dtype) : this.name(value);
  }

  scalar(x: number, dtype: IrType = 'float32'): string {
    return this.share(`/${dtype}_${Object.is(x, -0) ? '-0' : x}`, dtype, [], () => (dtype === 'float32' ? bytesOf(Float32Array.of(x)) : dtype === 'int32' ? bytesOf(Int32Array.of(x)) : Uint8Array.of(x)));
  }

  ints(values: readonly number[]): string {
    return this.share(`/i64_${values.join('_')}`, 'int64', [values.length], () => bytesOf(BigInt64Array.from(values, BigInt)));
  }

  int64(value: number): string {
    return this.share(`/i64s_${value}`, 'int64', [], () => bytesOf(BigInt64Array.of(BigInt(value))));
  }

  /** An initialiser made once per key. */
  share(key: string, type: ElementType, shape: readonly number[], make: () => Uint8Array): string {
    if (!this.shared.has(key)) {
      this.builder.initialiser(key, type, shape, make());
      this.shared.add(key);
    }
    return key;
  }

  dims(value: Value): SymbolicDim[] {
    return this.options.dims ? this.options.dims(value) : [...value.shape];
  }

  /** A one-dimensional int64 tensor holding the shape of `value`, computed from the batch where it must be. */
  shapeTensor(value: Value): string {
    const dims = this.dims(value);
    if (dims.every((dim) => typeof dim === 'number')) return this.ints(dims);
    const parts = dims.map((dim) => {
      if (typeof dim === 'number') return this.ints([dim]);
      const batch = this.batchSize();
      return dim.batchTimes === 1 ? batch : this.step('Mul', [batch, this.ints([dim.batchTimes])]);
    });
    return parts.length === 1 ? parts[0] : this.step('Concat', parts, { axis: 0 });
  }

  private batchSize(): string {
    const { batchInput } = this.options;
    if (batchInput === null) throw new Error('a dynamic batch needs an input that carries it');
    if (!this.shared.has('/batch_size')) {
      this.shared.add('/batch_size');
      this.node('Gather', [this.step('Shape', [batchInput]), this.ints([0])], ['/batch_size'], { axis: 0 });
    }
    return '/batch_size';
  }

  private constant(value: Value): string {
    const name = value.label !== undefined && !this.reserved.has(value.label) ? value.label : `/c${value.id}`;
    const fixed = !this.options.dims || this.dims(value).every((dim) => typeof dim === 'number');
    const size = sizeOf(value.shape);
    if (isSplatValue(value) && (size > 64 || !fixed)) {
      // A few bytes instead of the whole array; runtimes fold it when they load the model.
      const element = constantData({ ...value, shape: [1] });
      this.node('ConstantOfShape', [this.shapeTensor(value)], [name], { value: tensorAttribute(value.dtype, [1], bytesOf(element)) });
      return name;
    }
    if (!fixed) throw new Error(`the constant ${name} depends on the batch size, which an exported model cannot express`);
    const data = constantData(value);
    if (this.options.halfWeights && data instanceof Float32Array && size >= HALF_THRESHOLD) {
      this.builder.initialiser(`${name}.f16`, 'float16', value.shape, encodeFloat16(data));
      this.node('Cast', [`${name}.f16`], [name], { to: 1 });
    } else this.builder.initialiser(name, value.dtype, value.shape, bytesOf(data));
    return name;
  }
}

export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
