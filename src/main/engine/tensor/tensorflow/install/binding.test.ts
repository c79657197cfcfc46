import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceFolder } from './binding';

let resources: string;
beforeEach(() => {
  resources = mkdtempSync(join(tmpdir(), 'binding-'));
});
afterEach(() => rmSync(resources, { recursive: true }));

function put(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['tfjs_backend.cc', 'tfjs_binding.cc']) writeFileSync(join(folder, name), '');
}

test('the sources are those of the package, in a packaged application those among its resources', () => {
  const folder = join(resources, 'app.asar.unpacked', 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  mkdirSync(folder, { recursive: true });
  expect(() => sourceFolder(folder)).toThrow(/not part of this installation/);
  put(join(resources, 'tfjs-binding'));
  expect(sourceFolder(folder)).toBe(join(resources, 'tfjs-binding'));
  put(join(folder, 'binding'));
  expect(sourceFolder(folder)).toBe(join(folder, 'binding'));
});
