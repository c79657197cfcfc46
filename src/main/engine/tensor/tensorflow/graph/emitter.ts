/** State of one emission: which node stands for which value, and the small constants shared between nodes. */
import { bytesOf } from '../../onnx/emitter';
import { constantData, isConstant, isSplatValue, type IrType, type Value } from '../../ir';
import { splatOf, tensorOf, type Attribute, type GraphBuilder } from './builder';

export class GraphEmitter {
  private readonly names = new Map<Value, string>();
  private readonly shared = new Map<string, string>();

  /** With `bfloat16`, matrix products are of operands rounded to that type. */
  constructor(
    readonly builder: GraphBuilder,
    readonly bfloat16: boolean,
  ) {}

  setName(value: Value, name: string): void {
    this.names.set(value, name);
  }

  /** The node (or `NODE:OUTPUT`) of a value in its full shape. */
  name(value: Value): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    if (!isConstant(value)) throw new Error(`value ${value.id} is used before it is computed`);
    const tensor = isSplatValue(value) ? splatOf(value.dtype, value.shape, value.splat) : tensorOf(value.dtype, value.shape, bytesOf(constantData(value)));
    const name = this.builder.constant(value.dtype, tensor);
    this.names.set(value, name);
    return name;
  }

  /** The operand of an op that broadcasts: equal elements are given as one. */
  broadcastOperand(value: Value): string {
    return isSplatValue(value) ? this.scalar(value.splat, value.dtype) : this.name(value);
  }

  scalar(x: number, dtype: IrType = 'float32'): string {
    return this.share(`${dtype} ${Object.is(x, -0) ? '-0' : x}`, () => this.builder.constant(dtype, splatOf(dtype, [], x)));
  }

  /** A vector of int32: shapes, axes, permutations. */
  ints(values: readonly number[]): string {
    return this.share(`ints ${values.join()}`, () => this.builder.constant('int32', tensorOf('int32', [values.length], bytesOf(Int32Array.from(values)))));
  }

  /** A node made once per key. */
  share(key: string, make: () => string): string {
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.shared.set(key, name);
    return name;
  }

  /** A node whose attribute T is float32 unless said otherwise. */
  step(op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.builder.node(op, inputs, { T: { type: 'float32' }, ...attributes });
  }

  reshape(x: string, shape: readonly number[], dtype: IrType): string {
    return this.step('Reshape', [x, this.ints(shape)], { T: { type: dtype }, Tshape: { type: 'int32' } });
  }
}
