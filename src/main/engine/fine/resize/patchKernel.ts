/** Patch embedding and output layer for patches of another width. */
import { Matrix, pseudoInverse } from 'ml-matrix';
import { type RowMap, inParts, multiplyRows } from './rowMaps';

/** Bilinear resampling of a square picture, [to * to, from * from], pixels at their centres; a smaller one averages what falls on each pixel. */
export function resampling(from: number, to: number): Matrix {
  const line = new Matrix(to, from);
  // A triangle as wide as the coarser of both grids: interpolation upwards, without aliasing downwards.
  const radius = Math.max(1, from / to);
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5;
    for (let tap = Math.ceil(centre - radius); tap <= Math.floor(centre + radius); tap++) {
      const at = Math.min(Math.max(tap, 0), from - 1);
      line.set(i, at, line.get(i, at) + Math.max(0, 1 - Math.abs(tap - centre) / radius));
    }
    const total = line.getRow(i).reduce((sum, w) => sum + w, 0);
    for (let j = 0; j < from; j++) line.set(i, j, line.get(i, j) / total);
  }
  return line.kroneckerProduct(line);
}

/**
 * Pixels of one kernel per channel (c, row, column): the kernel whose answer to a resampled patch is nearest to the old one's
 * answer to the patch itself, w' = pinv(B)^T w (FlexiViT, Beyer et al. 2023, equation 4).
 */
export function embeddingKernel(from: number, to: number, channels: number): RowMap {
  const map = multiplyRows(pseudoInverse(resampling(from, to)).transpose());
  return inParts(Array.from({ length: channels }, () => map));
}

/** Pixels of the output (row, column, channel): the predicted patch, resampled. The rows come as [p * p * channels]. */
export function outputKernel(from: number, to: number, channels: number): RowMap {
  const map = multiplyRows(resampling(from, to));
  return ({ shape, data }) => {
    const inputs = data.length / shape[0];
    const pixels = map({ shape: [from * from, channels * inputs], data });
    return { shape: [to * to * channels, ...shape.slice(1)], data: pixels.data };
  };
}
