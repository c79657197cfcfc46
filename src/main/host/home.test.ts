import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Home, defaultHome } from './home';

test('the data folder follows the platform, and the variable goes before it', () => {
  expect(defaultHome({ FINE_STUDIO_HOME: '/data' }, 'linux')).toBe('/data');
  expect(defaultHome({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/fine-studio');
  expect(defaultHome({ XDG_DATA_HOME: 'relative' }, 'linux')).toMatch(/\.local\/share\/fine-studio$/);
  expect(defaultHome({}, 'darwin')).toMatch(/Library\/Application Support\/fine-studio$/);
  expect(defaultHome({ APPDATA: '/roaming' }, 'win32')).toBe('/roaming/fine-studio');
});

test('paths below the data folder are kept relative, others absolute; identifiers become safe names', () => {
  const home = new Home('/data');
  expect(home.relative('/data/samples/a.png')).toBe('samples/a.png');
  expect(home.relative('/elsewhere/a.png')).toBe('/elsewhere/a.png');
  expect(home.relative('/data2/a.png')).toBe('/data2/a.png');
  expect(home.absolute('samples/a.png')).toBe(join('/data', 'samples/a.png'));
  expect(home.datasetDir('builtin:emoji')).toBe(join('/data', 'datasets', 'builtin-emoji'));
});

test.skipIf(process.platform === 'win32')('a folder that exists but may not be written to is refused, and nothing is left in it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fine-home-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const home = new Home(dir);
  home.create();
  const before = readdirSync(dir);
  chmodSync(dir, 0o555);
  // The superuser may write everywhere: become nobody for a moment.
  const root = process.getuid?.() === 0;
  try {
    if (root) process.seteuid?.(65534);
    expect(() => home.create()).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'home', message: expect.stringContaining('cannot be written to') }));
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(dir, 0o755);
  }
  expect(readdirSync(dir)).toEqual(before);
});
