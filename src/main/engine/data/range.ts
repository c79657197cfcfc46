/** From stored bytes to what the model sees: float32, channels first, values in [-1, 1]. */

export interface ImageShape {
  size: number;
  channels: number;
}

/** A stored byte 0..255 as the model sees it: v / 127.5 - 1. */
export const byteToModel = (v: number): number => v / 127.5 - 1;

/** The nearest byte of a model value, clipped to 0..255. */
export const modelToByte = (v: number): number => Math.max(0, Math.min(255, Math.round((v + 1) * 127.5)));

/**
 * The pictures `indices` of `images` (uint8 [N, H, W, C]) as float32 [B, C, H, W] in [-1, 1].
 * `flip[b]` nonzero mirrors picture b left to right. `out` is reused when given (length B*C*H*W).
 */
export function toModelRange(images: Uint8Array, indices: ArrayLike<number>, shape: ImageShape, flip?: ArrayLike<number>, out?: Float32Array): Float32Array {
  const { size, channels } = shape;
  const plane = size * size;
  const each = plane * channels;
  const result = out ?? new Float32Array(indices.length * each);
  for (let b = 0; b < indices.length; b++) {
    const from = indices[b] * each;
    const to = b * each;
    const mirrored = flip !== undefined && flip[b] !== 0;
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const source = from + (y * size + (mirrored ? size - 1 - x : x)) * channels;
        const target = to + y * size + x;
        for (let c = 0; c < channels; c++) result[target + c * plane] = images[source + c] / 127.5 - 1;
      }
  }
  return result;
}

/** Float32 [B, C, H, W] in [-1, 1] as bytes [B, H, W, C]: the inverse of `toModelRange` without flips. */
export function fromModelRange(values: Float32Array, shape: ImageShape): Uint8Array {
  const { size, channels } = shape;
  const plane = size * size;
  const each = plane * channels;
  const out = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += each)
    for (let p = 0; p < plane; p++) for (let c = 0; c < channels; c++) out[at + p * channels + c] = modelToByte(values[at + c * plane + p]);
  return out;
}
