import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jobResultSchemas } from '../../../shared/worker';
import { openDataset } from './open';
import { prepareDataset } from './prepare';

const BUILTIN = resolve('resources/datasets/emoji32');
const home = mkdtempSync(join(tmpdir(), 'fine-builtin-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the built-in emoji: 1906 pictures in 9 classes, a tenth of each held out', async () => {
  const dir = join(home, 'emoji');
  const result = jobResultSchemas.dataset.parse(await prepareDataset({ source: BUILTIN, sourceKind: 'builtin', size: 32, name: 'Emoji', datasetDir: dir }));
  expect(result.images).toBe(1906);
  expect(result.heldOut).toBe(191);
  expect(result.classes).toHaveLength(9);
  expect(result.attribution).toContain('CC-BY 4.0');
  const data = openDataset(dir);
  expect(data.count + data.heldOutCount).toBe(1906);
  expect(data.images.length).toBe(data.count * 32 * 32 * 3);
  expect(data.classNames).toContain('Food & Drink');
  for (let c = 0; c < 9; c++) {
    const heldOut = data.heldOutLabels.filter((l) => l === c).length;
    expect(heldOut).toBe(Math.round((heldOut + data.labels.filter((l) => l === c).length) / 10));
  }
  // The artwork lies over white: most corners are white, and the picture is not blank.
  const corners = Array.from({ length: data.count }, (_, i) => data.images[i * 3072]);
  expect(corners.filter((v) => v === 255).length).toBeGreaterThan(data.count / 2);
  expect(Math.min(...result.std)).toBeGreaterThan(0.3);
});

test('another size is a resized copy', async () => {
  const dir = join(home, 'emoji16');
  const result = await prepareDataset({ source: BUILTIN, sourceKind: 'builtin', size: 16, name: 'Emoji 16', datasetDir: dir });
  expect(result.size).toBe(16);
  expect(openDataset(dir).images.length).toBe((1906 - 191) * 16 * 16 * 3);
});

test('the built-in files stay small', () => {
  const sizes = readdirSync(BUILTIN).map((name) => statSync(join(BUILTIN, name)).size);
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(3e6);
  expect(readFileSync(join(BUILTIN, 'ATTRIBUTION.txt'), 'utf8')).toContain('Twitter');
});
