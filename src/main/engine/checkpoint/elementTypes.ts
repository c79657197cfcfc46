/** Element types of safetensors files and their conversion to the engine's two: float32 and int32. Bytes are little-endian, as on every machine that Node 24 runs on. */
import { AppError } from '../../../shared/errors';
import type { TypedArray } from '../tensor/types';

export const ELEMENT_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, U8: 1, I8: 1, BOOL: 1 } as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

export function isElementType(value: unknown): value is ElementType {
  return typeof value === 'string' && Object.hasOwn(ELEMENT_BYTES, value);
}

/** Whole numbers become int32, all others float32. Throws `AppError('format')` when an I64 value does not fit 32 bits. */
export function decodeElements(type: ElementType, bytes: Uint8Array<ArrayBuffer>, name: string): TypedArray {
  const buffer = bytes.buffer;
  switch (type) {
    case 'F32': return new Float32Array(buffer);
    case 'F64': return Float32Array.from(new Float64Array(buffer));
    case 'F16': return Float32Array.from(new Uint16Array(buffer), halfToFloat);
    case 'BF16': return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case 'I32': return new Int32Array(buffer);
    case 'I64': return narrow(new Int32Array(buffer), name);
    case 'I16': return Int32Array.from(new Int16Array(buffer));
    case 'I8': return Int32Array.from(new Int8Array(buffer));
    case 'U8':
    case 'BOOL': return Int32Array.from(bytes);
    default: return type satisfies never;
  }
}

/** IEEE 754 binary16 to a number, exactly. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** 64-bit integers, given as pairs of words (low, high), as int32. */
function narrow(words: Int32Array, name: string): Int32Array {
  const out = new Int32Array(words.length / 2);
  for (let i = 0; i < out.length; i++) {
    out[i] = words[2 * i];
    if (words[2 * i + 1] !== out[i] >> 31) throw new AppError('format', `The tensor "${name}" holds a whole number that does not fit 32 bits.`, { details: { tensor: name, index: i } });
  }
  return out;
}
