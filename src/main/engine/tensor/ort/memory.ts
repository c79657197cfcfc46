/** Ordinary memory that native code reads and writes in place. */
import { sizeOf } from '../host';
import type { IrType } from '../ir';
import type { TypedArray } from '../types';

/** What native code may be handed: bool is a byte. */
export type NativeArray = TypedArray | Uint8Array;

/** A cache line, and the widest vector register: with it, sums run in the same order wherever the buffer lies. */
const ALIGNMENT = 64;

/** Zeros in a buffer that V8 never moves (small typed arrays may live on its moving heap) and that starts on a cache line. */
export function alignedZeros(shape: readonly number[], dtype: IrType, address: (data: ArrayBufferView) => bigint): NativeArray {
  const length = Math.max(1, sizeOf(shape));
  const buffer = new ArrayBuffer(length * 4 + ALIGNMENT);
  const offset = (ALIGNMENT - Number(address(new Uint8Array(buffer)) % BigInt(ALIGNMENT))) % ALIGNMENT;
  if (dtype === 'float32') return new Float32Array(buffer, offset, length);
  return dtype === 'int32' ? new Int32Array(buffer, offset, length) : new Uint8Array(buffer, offset, length);
}
