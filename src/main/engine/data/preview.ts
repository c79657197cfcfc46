/** The grid that shows what is in a dataset before anything is trained. */
import type { FileHandle } from 'node:fs/promises';
import sharp from 'sharp';

export const PREVIEW_COLUMNS = 16;
const MAX_ROWS = 8;
const MIN_CELL = 32;
const MAX_CELL = 96;

/** Indices for the grid: classes in turn, the pictures of a class evenly spaced, grouped by class. At most `limit`. */
export function balancedIndices(labels: ArrayLike<number>, limit: number): number[] {
  const members: number[][] = [];
  for (let i = 0; i < labels.length; i++) (members[labels[i]] ??= []).push(i);
  const quota = members.map(() => 0);
  let left = Math.min(limit, labels.length);
  while (left > 0) {
    for (let c = 0; c < members.length && left > 0; c++) {
      if (!members[c] || quota[c] === members[c].length) continue;
      quota[c]++;
      left--;
    }
  }
  return members.flatMap((list, c) => Array.from({ length: quota[c] }, (_, k) => list[Math.floor((k * list.length) / quota[c])]));
}

/** A PNG of up to 16 x 8 pictures, read from `images` (uint8 [N, size, size, 3]) one by one. */
export async function previewGrid(images: FileHandle, labels: ArrayLike<number>, size: number): Promise<Buffer> {
  const chosen = balancedIndices(labels, PREVIEW_COLUMNS * MAX_ROWS);
  const columns = Math.min(PREVIEW_COLUMNS, chosen.length);
  const rows = Math.ceil(chosen.length / columns);
  // Small pictures are enlarged by whole factors so that their pixels stay what they are.
  const cell = size < MIN_CELL ? size * Math.ceil(MIN_CELL / size) : Math.min(size, MAX_CELL);
  const grid = Buffer.alloc(columns * cell * rows * cell * 3, 255);
  const raw = Buffer.alloc(size * size * 3);
  for (const [i, index] of chosen.entries()) {
    await images.read(raw, 0, raw.length, index * raw.length);
    const picture = cell === size ? raw : await sharp(raw, { raw: { width: size, height: size, channels: 3 } }).resize(cell, cell, { kernel: cell > size ? 'nearest' : 'lanczos3' }).raw().toBuffer();
    const left = (i % columns) * cell;
    const top = Math.floor(i / columns) * cell;
    for (let y = 0; y < cell; y++) picture.copy(grid, ((top + y) * columns * cell + left) * 3, y * cell * 3, (y + 1) * cell * 3);
  }
  return sharp(grid, { raw: { width: columns * cell, height: rows * cell, channels: 3 } }).png().toBuffer();
}
