/** Vulkan in software: the driver that the headless Chromium package carries, for WebGPU on machines without a GPU. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import koffi, { type LibraryHandle } from 'koffi';

/** Kept, because koffi closes a library that nobody holds. */
let loader: LibraryHandle | null = null;

/** Makes the driver visible to this process. Returns why that was not possible, or null. */
export function provideSwiftshader(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the software Vulkan driver is only packaged for Linux on x64';
  const archive = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..', 'bin', 'swiftshader.tar.br');
  if (!existsSync(archive)) return `${archive} is missing`;
  const folder = mkdtempSync(join(tmpdir(), 'swiftshader-'));
  const tar = join(folder, 'swiftshader.tar');
  writeFileSync(tar, brotliDecompressSync(readFileSync(archive)));
  execFileSync('tar', ['xf', tar, '-C', folder]);
  // Read by the Vulkan loader, which is found by name because it is loaded already.
  process.env.VK_DRIVER_FILES = process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
  loader = koffi.load(join(folder, 'libvulkan.so.1'), { global: true });
  return loader ? null : 'the Vulkan loader did not load';
}
