/**
 * The built application lowered to the syntax of an old Electron, for machines where only an old one can be had. The sources of
 * the shell, the bridge and the interface are the product's; the shims stand in for interfaces that came later.
 */
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import react from '@vitejs/plugin-react';
import { build as buildPages } from 'vite';
import { root } from '../support/application';

/** Entry of the lowered application, in a format that Node 12 loads from a package of modules. */
export const LOWERED_MAIN = 'out/main/index.cjs';

const shims = join(import.meta.dirname, 'shims');

/** Node 12 knows its modules by their bare names, and the promises of `fs` as a property. */
const oldNames: Plugin = {
  name: 'old-names',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:fs\/promises$/ }, () => ({ path: 'promises', namespace: 'fs' }));
    onLoad({ filter: /.*/, namespace: 'fs' }, () => ({ contents: 'module.exports = require("fs").promises' }));
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path: path.slice('node:'.length), external: true }));
  },
};

/** Writes an application folder that `electron FOLDER` starts; host and workers are the built ones, untouched. */
export async function lowerApplication(folder: string): Promise<void> {
  const main = join(folder, 'out', 'main');
  mkdirSync(main, { recursive: true });
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, type: 'module', main: LOWERED_MAIN }));
  for (const entry of ['node_modules', 'resources']) symlinkSync(join(root, entry), join(folder, entry));
  for (const entry of readdirSync(join(root, 'out', 'main'))) if (!entry.startsWith('index.')) cpSync(join(root, 'out', 'main', entry), join(main, entry), { recursive: true });

  const common: BuildOptions = { bundle: true, format: 'cjs', external: ['electron'], logLevel: 'error' };
  await build({ ...common, entryPoints: [join(root, 'out', 'main', 'index.js')], inject: [join(shims, 'main.js')], outfile: join(folder, LOWERED_MAIN), platform: 'node', target: 'node12', plugins: [oldNames] });
  await build({ ...common, entryPoints: [join(root, 'out', 'preload', 'index.cjs')], inject: [join(shims, 'preload.js')], outfile: join(folder, 'out', 'preload', 'index.cjs'), platform: 'node', target: 'chrome83' });

  const pages = join(folder, 'out', 'renderer');
  await buildPages({
    configFile: false,
    logLevel: 'error',
    root: join(root, 'src', 'renderer'),
    base: './',
    plugins: [react(), { name: 'shims-first', transformIndexHtml: { order: 'post', handler: (html: string) => html.replace('<head>', '<head><script src="./shims.js"></script>') } }],
    resolve: { alias: { '@shared': join(root, 'src', 'shared') } },
    build: { outDir: pages, emptyOutDir: true, target: 'chrome83', cssTarget: 'chrome83', rollupOptions: { input: join(root, 'src', 'renderer', 'index.html') } },
  });
  copyFileSync(join(shims, 'page.js'), join(pages, 'shims.js'));
}

/** A folder that a current Electron starts: the built application as it is. */
export function copyApplication(folder: string): void {
  for (const entry of ['out', 'package.json', 'resources']) cpSync(join(root, entry), join(folder, entry), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}
