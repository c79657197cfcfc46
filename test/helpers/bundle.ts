/** Entry points as programs of their own, for tests that need another process: bundled once per test file into a folder below the repository. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** Returns the path of the program made from `entry`, a path below the repository. */
export async function bundle(entry: string, name: string): Promise<string> {
  const outfile = join(root, '.tmp', 'test', `${name}.mjs`);
  mkdirSync(join(root, '.tmp', 'test'), { recursive: true });
  await build({
    entryPoints: [join(root, entry)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node22', sourcemap: 'inline', logLevel: 'error',
    external: ['better-sqlite3', 'sharp', 'onnxruntime-node', 'koffi', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'], mainFields: ['module', 'main'],
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  });
  return outfile;
}
