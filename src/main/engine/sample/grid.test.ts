import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { gridColumns, writeGrid } from './grid';

test.each([[1, 1], [2, 2], [3, 2], [4, 2], [9, 3], [10, 4], [16, 4], [18, 6], [20, 5], [64, 8]])('%i pictures stand in %i columns', (count, columns) => {
  expect(gridColumns(count)).toBe(columns);
});

test('pictures stand in reading order, enlarged by a whole factor, with a gap between them', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'fine-grid-'));
  try {
    const file = join(dir, 'a/grid.png');
    // Three pictures of 2x2, one channel: black, white, grey.
    const values = Float32Array.from([-1, -1, -1, -1, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(await writeGrid(file, values, { count: 3, size: 2, channels: 1 })).toEqual({ columns: 2, rows: 2 });
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([130, 130, 4]);
    const at = (x: number, y: number): number[] => Array.from(data.subarray((y * 130 + x) * 4, (y * 130 + x) * 4 + 4));
    expect(at(10, 10)).toEqual([0, 0, 0, 255]);
    expect(at(100, 10)).toEqual([255, 255, 255, 255]);
    expect(at(10, 100)).toEqual([128, 128, 128, 255]);
    expect(at(64, 10)[3]).toBe(0);
    expect(at(100, 100)[3]).toBe(0);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
