/** Pictures side by side in one PNG. */
import sharp from 'sharp';
import { writeFileAtomically } from '../checkpoint/atomicFile';
import { fromModelRange } from '../data/range';

const SMALLEST_CELL = 64;
const GAP = 2;

/** Columns of a grid of `count` cells: full rows where that keeps it at most twice as wide as high, else about a square. */
export function gridColumns(count: number): number {
  const square = Math.ceil(Math.sqrt(count));
  for (let columns = square; columns * columns <= 2 * count; columns++) if (count % columns === 0) return columns;
  return square;
}

/**
 * Writes model values [N, C, H, W] in [-1, 1] (clipped) as a PNG grid. One channel is shown grey, the first three of more as
 * red, green and blue. Small pictures are enlarged by a whole factor.
 */
export async function writeGrid(file: string, values: Float32Array, shape: { count: number; size: number; channels: number }): Promise<{ columns: number; rows: number }> {
  const { count, size, channels } = shape;
  const columns = gridColumns(count);
  const rows = Math.ceil(count / columns);
  const factor = Math.max(1, Math.ceil(SMALLEST_CELL / size));
  const cell = size * factor;
  const width = columns * (cell + GAP) - GAP;
  const height = rows * (cell + GAP) - GAP;
  const pixels = fromModelRange(values, { size, channels });
  const grid = Buffer.alloc(width * height * 4);
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * (cell + GAP);
    const top = Math.floor(i / columns) * (cell + GAP);
    for (let y = 0; y < cell; y++) {
      for (let x = 0; x < cell; x++) {
        const source = ((i * size + Math.floor(y / factor)) * size + Math.floor(x / factor)) * channels;
        const target = ((top + y) * width + left + x) * 4;
        for (let c = 0; c < 3; c++) grid[target + c] = pixels[source + (channels < 3 ? 0 : c)];
        grid[target + 3] = 255;
      }
    }
  }
  await writeFileAtomically(file, [await sharp(grid, { raw: { width, height, channels: 4 } }).png().toBuffer()]);
  return { columns, rows };
}
