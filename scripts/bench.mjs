/** Bundles a benchmark and runs it: `node scripts/bench.mjs [speed|profile|paper|memory|ui] ...`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const entryFiles = { speed: ['main.ts', 'engine_child.ts'], profile: ['main.ts'], paper: ['main.ts'], memory: ['main.ts', 'child.ts'], ui: ['main.ts', 'host.ts', 'producer.ts'] };
const named = process.argv[2] in entryFiles;
const which = named ? process.argv[2] : 'speed';
const args = process.argv.slice(named ? 3 : 2);
const outdir = join(root, 'out/bench', which);
const entries = entryFiles[which].map((file) => join(root, 'bench', which, file));

await build({
  entryPoints: entries,
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  logLevel: 'warning',
  external: ['koffi', 'onnxruntime-node', 'sharp', '@tensorflow/tfjs-node-gpu', 'better-sqlite3', 'playwright-core', '@sparticuz/chromium'],
  // tfjs ships CommonJS parts that call require.
  banner: { js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);" },
});
const local = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const node = existsSync(local) ? local : process.execPath;
const { status } = spawnSync(node, ['--enable-source-maps', join(outdir, 'main.mjs'), ...args], { stdio: 'inherit', shell: process.platform === 'win32' });
process.exit(status ?? 1);
