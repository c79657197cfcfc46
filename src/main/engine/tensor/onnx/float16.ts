/** IEEE 754 binary16, for smaller exported weights. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Nearest half, ties to even; beyond 65504 infinite, as the format demands. */
export function toFloat16(value: number): number {
  float[0] = value;
  const x = bits[0];
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 0xff;
  const fraction = x & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  const half = exponent - 127 + 15;
  if (half >= 31) return sign | 0x7c00;
  if (half > 0) return sign | roundedShift((half << 23) | fraction, 13);
  if (half < -10) return sign;
  return sign | roundedShift(fraction | 0x800000, 14 - half);
}

/** Right shift with ties to even; a carry into the exponent is what rounding up to the next power of two means. */
function roundedShift(value: number, by: number): number {
  const kept = value >>> by;
  const dropped = value & ((1 << by) - 1);
  const tie = 1 << (by - 1);
  return dropped > tie || (dropped === tie && kept & 1) ? kept + 1 : kept;
}

export function encodeFloat16(values: Float32Array): Uint8Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = toFloat16(values[i]);
  return new Uint8Array(out.buffer);
}
