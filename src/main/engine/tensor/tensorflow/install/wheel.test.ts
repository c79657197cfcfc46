import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { zipOf } from './testing';
import { announcedBytes, cudaRequirements, unpackWheel, wheelMetadata } from './wheel';

const folder = mkdtempSync(join(tmpdir(), 'wheel-'));
afterAll(() => rmSync(folder, { recursive: true }));

function wheel(name: string, files: Parameters<typeof zipOf>[0]): string {
  const path = join(folder, name);
  writeFileSync(path, zipOf(files));
  return path;
}

test('unpacks what is wanted, where it is wanted, and keeps programs programs', async () => {
  const file = wheel('a-1-py3-none-any.whl', { 'a/lib/x.so': { text: 'library' }, 'a/bin/tool': { text: 'program', mode: 0o755 }, 'a/rest.py': { text: 'no' } });
  const out = join(folder, 'out');
  expect(await unpackWheel(file, (name) => (name.endsWith('.py') ? null : join(out, name)))).toBe(2);
  expect(readFileSync(join(out, 'a/lib/x.so'), 'utf8')).toBe('library');
  if (process.platform !== 'win32') expect(statSync(join(out, 'a/bin/tool')).mode & 0o777).toBe(0o755);
  expect(() => statSync(join(out, 'a/rest.py'))).toThrow();
});

test('refuses entries that leave the archive, and what is no archive', async () => {
  const file = wheel('evil.whl', { '../out-of-here': { text: 'x' } });
  await expect(unpackWheel(file, (name) => join(folder, 'deep', 'er', name))).rejects.toThrow(/relative path/);
  const cut = join(folder, 'cut.whl');
  writeFileSync(cut, 'not a zip at all, whatever its name says');
  await expect(unpackWheel(cut, () => null)).rejects.toMatchObject({ code: 'format' });
});

test('reads from a wheel of TensorFlow which CUDA libraries it needs', async () => {
  const text = ['Name: tensorflow', 'Requires-Dist: numpy>=1.26.0', 'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"', "Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.27.7) ; extra == 'and-cuda'", 'Requires-Dist: nvidia-other; extra == "else"'].join('\n');
  const file = wheel('tensorflow-2.whl', { 'tensorflow-2.dist-info/METADATA': { text } });
  expect(cudaRequirements(await wheelMetadata(file, folder))).toEqual(['nvidia-cublas-cu12<13.0,>=12.5.3.2', 'nvidia-nccl-cu12<3.0,>=2.27.7']);
});

test('reads sizes from what pip says', () => {
  expect(announcedBytes('Collecting x\n  Downloading x-1-cp312.whl (274.0 MB)\n  Downloading x-1.whl.metadata (4.5 kB)\n')).toBe(274e6 + 4500);
  expect(announcedBytes('  Using cached x-1.whl (274.0 MB)')).toBe(0);
});
