/** Bad input to datasets: what is used, what is listed with which reason, what is refused. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/main/engine/data/open';
import { prepareDataset } from '../../src/main/engine/data/prepare';
import type { AppError } from '../../src/shared/errors';
import { hugePng, lay, plain, zipOf } from './dataPictures';

const home = mkdtempSync(join(tmpdir(), 'fine-data-'));
let counter = 0;
let red: Buffer;
let blue: Buffer;

beforeAll(async () => {
  chmodSync(home, 0o777);
  red = await plain(20, 20, '#ff0000');
  blue = await plain(24, 16, '#0000ff', 'jpeg');
});
afterAll(() => {
  execFileSync('chmod', ['-R', 'u+rwx', home]);
  rmSync(home, { recursive: true, force: true });
});

const fresh = (): { source: string; datasetDir: string } => {
  const source = join(home, `source-${++counter}`);
  mkdirSync(source);
  return { source, datasetDir: join(home, `dataset-${counter}`) };
};
const prepare = (source: string, datasetDir: string, sourceKind: 'folder' | 'zip' = 'folder', size = 8) => prepareDataset({ source, sourceKind, size, name: 'test', datasetDir });
const refusal = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(() => expect.unreachable('should have been refused'), (e: AppError) => e);
  expect(error.name).toBe('AppError');
  return error;
};

describe('folders', () => {
  test('classes, nested folders, formats and the order of channels', async () => {
    const { source, datasetDir } = fresh();
    lay(source, { 'b/1.png': red, 'b/deep/er/2.JPG': blue, 'a/3.webp': await plain(9, 9, '#00ff00', 'webp'), 'b/.hidden.png': red, 'b/Thumbs.db': 'x' });
    const result = await prepare(source, datasetDir);
    expect(result.classes).toEqual([{ name: 'a', images: 1 }, { name: 'b', images: 2 }]);
    expect(result.skipped).toEqual([]);
    const data = openDataset(datasetDir);
    const all = new Map<number, Uint8Array[]>();
    for (const [labels, images] of [[data.labels, data.images], [data.heldOutLabels, data.heldOutImages]] as const)
      labels.forEach((l, i) => all.set(l, [...(all.get(l) ?? []), images.subarray(i * 192, (i + 1) * 192)]));
    expect([...(all.get(0) as Uint8Array[])[0].subarray(0, 3)].map((v) => Math.round(v / 64))).toEqual([0, 4, 0]);
    expect(existsSync(result.previewFile)).toBe(true);
    expect((await sharp(result.previewFile).metadata()).width).toBe(3 * 32);
  });

  test('a flat folder is one class; pictures beside class folders are listed', async () => {
    const flat = fresh();
    lay(flat.source, { '1.png': red, '2.png': red });
    const one = await prepare(flat.source, flat.datasetDir);
    expect(one.classes).toHaveLength(1);
    expect(one.heldOut).toBe(1);
    const mixed = fresh();
    lay(mixed.source, { 'stray.png': red, 'a/1.png': red, 'a/notes.txt': 'hello' });
    expect((await prepare(mixed.source, mixed.datasetDir)).skipped.map((s) => s.file).sort()).toEqual(['a/notes.txt', 'stray.png']);
  });

  test('50 bad pictures among 1000: 950 used, 50 listed with reasons', async () => {
    const { source, datasetDir } = fresh();
    const noise = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }).jpeg().toBuffer();
    const bad = [Buffer.alloc(0), Buffer.from('not a picture'), red.subarray(0, 40), noise.subarray(0, noise.length >> 1), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')];
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < 1000; i++) files[`class${i % 4}/${String(i).padStart(4, '0')}.png`] = i % 20 === 7 ? bad[(i / 20) % 5 | 0] : red;
    lay(source, files);
    const result = await prepare(source, datasetDir);
    expect(result.images).toBe(950);
    expect(result.skipped).toHaveLength(50);
    expect(result.skipped.every((s) => /\d{4}\.png$/.test(s.file) && s.reason.length > 10)).toBe(true);
    expect(new Set(result.skipped.map((s) => s.reason.slice(0, 22))).size).toBeGreaterThanOrEqual(3);
    expect(result.heldOut).toBe(openDataset(datasetDir).heldOutCount);
  });

  test('decompression bombs and drawings are skipped without being decoded', async () => {
    const { source, datasetDir } = fresh();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>';
    lay(source, { 'ok.png': red, 'huge.png': hugePng(30000, 30000), 'drawing.svg': svg, 'disguised.png': svg });
    const before = process.memoryUsage().rss;
    const result = await prepare(source, datasetDir);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    const reasons = Object.fromEntries(result.skipped.map((s) => [s.file, s.reason]));
    expect(reasons['huge.png']).toMatch(/more than 134 million pixels/);
    expect(reasons['drawing.svg']).toMatch(/SVG/);
    expect(reasons['disguised.png']).toMatch(/not a PNG/);
    expect(result.images).toBe(1);
  });

  test('links: loops end, dangling ones are listed, linked files are read', async () => {
    const { source, datasetDir } = fresh();
    lay(source, { 'a/1.png': red });
    symlinkSync(source, join(source, 'a/up'));
    symlinkSync(join(source, 'nowhere.png'), join(source, 'a/dangling.png'));
    symlinkSync(join(source, 'a/self.png'), join(source, 'a/self.png'));
    symlinkSync(join(source, 'a/1.png'), join(source, 'a/linked.png'));
    const result = await prepare(source, datasetDir);
    expect(result.images).toBe(2);
    expect(result.skipped.map((s) => s.file).sort()).toEqual(['a/dangling.png', 'a/self.png', 'a/up']);
  });

  test.skipIf(process.platform === 'win32')('unreadable files and folders are listed, and a pipe does not hang', async () => {
    const { source, datasetDir } = fresh();
    lay(source, { 'a/1.png': red, 'a/locked.png': red, 'locked/2.png': red });
    chmodSync(join(source, 'a/locked.png'), 0);
    chmodSync(join(source, 'locked'), 0);
    execFileSync('mkfifo', [join(source, 'a/pipe.png')]);
    // The superuser may read everything: become nobody for a moment.
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65534);
    const result = await prepare(source, datasetDir).finally(() => root && process.seteuid?.(0));
    expect(result.images).toBe(1);
    const reasons = Object.fromEntries(result.skipped.map((s) => [s.file, s.reason]));
    expect(reasons['a/locked.png']).toMatch(/may not read/);
    expect(reasons.locked).toMatch(/EACCES/);
    expect(reasons['a/pipe.png']).toMatch(/regular file/);

    const locked = fresh();
    chmodSync(locked.source, 0);
    if (root) process.seteuid?.(65534);
    const error = await refusal(prepare(locked.source, locked.datasetDir).finally(() => root && process.seteuid?.(0)));
    expect(error.message).toMatch(/may not be read/);
  });

  test('a file that vanishes between listing and reading is listed', async () => {
    const { source, datasetDir } = fresh();
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${String(i).padStart(2, '0')}.png`, red]));
    lay(source, files);
    let removed = false;
    const result = await prepareDataset({
      source, sourceKind: 'folder', size: 8, name: 'x', datasetDir,
      onProgress: () => {
        if (!removed) rmSync(join(source, '39.png'));
        removed = true;
      },
    });
    expect(result.images).toBe(39);
    expect(result.skipped[0].reason).toMatch(/vanished/);
  });

  test('emoji, decomposed letters, spaces and paths of 300 characters', async () => {
    const { source, datasetDir } = fresh();
    const long = `${'x'.repeat(120)}/${'y'.repeat(120)}/${'z'.repeat(60)}.png`;
    const decomposed = 'cafe\u0301';
    lay(source, { '🦊 fox/🦊.png': red, [`${decomposed}/a b.png`]: red, 'caf\u00e9/c.png': red, [`long/${long}`]: red, 'long/bad .png': 'x' });
    const result = await prepare(source, datasetDir);
    expect(result.classes.map((c) => [c.name, c.images])).toEqual([['caf\u00e9', 2], ['long', 1], ['🦊 fox', 1]]);
    expect(result.skipped.map((s) => s.file)).toEqual(['long/bad .png']);
    expect(openDataset(datasetDir).classNames[2]).toBe('🦊 fox');
  });

  test('refusals say what, why and what to do, and leave nothing behind', async () => {
    const { source, datasetDir } = fresh();
    expect((await refusal(prepare(join(source, 'missing'), datasetDir))).code).toBe('not-found');
    expect((await refusal(prepare(source, datasetDir))).message).toMatch(/No pictures were found/);
    lay(source, { 'notes.txt': 'x' });
    const texts = await refusal(prepare(source, datasetDir));
    expect(texts.why).toMatch(/notes\.txt/);
    expect(texts.field).toBe('source');
    lay(source, { 'bad.png': 'x' });
    expect((await refusal(prepare(source, datasetDir))).why).toMatch(/bad\.png|notes\.txt/);
    expect((await refusal(prepare(join(source, 'bad.png'), datasetDir))).message).toMatch(/is not a folder/);
    lay(source, { 'good.png': red });
    mkdirSync(datasetDir);
    writeFileSync(join(datasetDir, 'mine.txt'), 'keep');
    expect((await refusal(prepare(source, datasetDir))).code).toBe('conflict');
    expect(readdirSync(datasetDir)).toEqual(['mine.txt']);
    expect(readdirSync(home).filter((n) => n.includes('.partial'))).toEqual([]);
  });

  test('cancelling midway leaves nothing', async () => {
    const { source, datasetDir } = fresh();
    lay(source, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.png`, red])));
    const controller = new AbortController();
    const error = await refusal(prepareDataset({ source, sourceKind: 'folder', size: 8, name: 'x', datasetDir, signal: controller.signal, onProgress: (done) => done === 10 && controller.abort() }));
    expect(error.code).toBe('cancelled');
    expect(existsSync(datasetDir)).toBe(false);
    expect(readdirSync(home).filter((n) => n.includes('.partial'))).toEqual([]);
  });
});

describe('archives', () => {
  const archive = (bytes: Buffer): { path: string; datasetDir: string } => {
    const path = join(home, `archive-${++counter}.zip`);
    writeFileSync(path, bytes);
    return { path, datasetDir: join(home, `zipped-${counter}`) };
  };

  test('a wrapped archive with classes, a link, a system folder and a bad picture', async () => {
    const { path, datasetDir } = archive(zipOf([
      { name: 'photos/cat/1.png', data: red },
      { name: 'photos/dog/2.jpg', data: blue },
      { name: '__MACOSX/photos/cat/._1.png', data: Buffer.from('x') },
      { name: 'photos/dog/link.png', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'photos/dog/bad.png', data: Buffer.from('nothing') },
    ]));
    const result = await prepare(path, datasetDir, 'zip');
    expect(result.classes).toEqual([{ name: 'cat', images: 1 }, { name: 'dog', images: 1 }]);
    expect(result.skipped.map((s) => [s.file, s.reason.split(' ').slice(0, 3).join(' ')])).toEqual([
      ['photos/dog/link.png', 'A symbolic link:'],
      ['dog/bad.png', 'Its content is'],
    ]);
  });

  test.each([
    ['a path that leaves the archive', () => zipOf([{ name: '../../evil.png', data: red }])],
    ['an absolute path', () => zipOf([{ name: '/evil.png', data: red }])],
    ['a drive letter', () => zipOf([{ name: 'C:\\evil.png', data: red }])],
    ['a bomb by ratio', () => zipOf([{ name: 'a/bomb.png', data: Buffer.alloc(40 * 2 ** 20) }])],
    ['a bomb by overlap', () => zipOf([{ name: '1.png', data: red }, ...Array.from({ length: 20 }, (_, i) => ({ name: `o${i}.png`, data: red, overlaps: true }))])],
    ['no zip at all', () => Buffer.from('plain text')],
    ['a truncated archive', () => zipOf([{ name: '1.png', data: red }]).subarray(0, 60)],
  ])('refused: %s', async (_what, make) => {
    const { path, datasetDir } = archive(make());
    const error = await refusal(prepare(path, datasetDir, 'zip'));
    expect(error.code).toBe('format');
    expect(error.hint).toBeTruthy();
    expect(existsSync(datasetDir)).toBe(false);
  });

  test('an entry that unpacks to more than it claims is skipped', async () => {
    const { path, datasetDir } = archive(zipOf([{ name: 'liar.png', data: Buffer.alloc(5000), claims: 100 }, { name: 'ok.png', data: red }]));
    const result = await prepare(path, datasetDir, 'zip');
    expect(result.images).toBe(1);
    expect(result.skipped[0]).toMatchObject({ file: 'liar.png' });
  });
});

describe('damaged prepared datasets', () => {
  test('each kind of damage is a typed error', async () => {
    const { datasetDir } = fresh();
    await prepareDataset({ source: resolve('resources/datasets/emoji32'), sourceKind: 'builtin', size: 8, name: 'x', datasetDir });
    const meta = join(datasetDir, 'meta.json');
    writeFileSync(join(datasetDir, 'labels.bin'), Buffer.alloc(1906 * 4, 100));
    expect((await refusal(Promise.resolve().then(() => openDataset(datasetDir)))).why).toMatch(/names a class/);
    writeFileSync(join(datasetDir, 'labels.bin'), 'x');
    expect((await refusal(Promise.resolve().then(() => openDataset(datasetDir)))).why).toMatch(/labels.bin should hold/);
    writeFileSync(meta, '{"format":"fine-dataset"}');
    expect((await refusal(Promise.resolve().then(() => openDataset(datasetDir)))).code).toBe('format');
    writeFileSync(meta, '{');
    expect((await refusal(Promise.resolve().then(() => openDataset(datasetDir)))).why).toMatch(/not JSON/);
    expect((await refusal(Promise.resolve().then(() => openDataset(join(home, 'none'))))).code).toBe('not-found');
  });
});
