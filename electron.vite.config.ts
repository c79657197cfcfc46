import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/** Host, worker and command line are plain Node programs; only `index` runs inside Electron. */
const programs = {
  index: resolve(root, 'src/main/index.ts'),
  host: resolve(root, 'src/main/host/main.ts'),
  worker: resolve(root, 'src/main/worker/main.ts'),
  cli: resolve(root, 'src/main/host/cli/main.ts'),
};
const shared = { '@shared': resolve(root, 'src/shared') };

export default defineConfig({
  main: {
    resolve: { alias: shared },
    build: {
      outDir: 'out/main',
      sourcemap: true,
      externalizeDeps: true,
      rollupOptions: {
        input: programs,
        output: { format: 'es' },
      },
    },
  },
  preload: {
    resolve: { alias: shared },
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: { input: { index: resolve(root, 'src/preload/index.ts') }, output: { format: 'cjs' } },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react()],
    resolve: { alias: shared },
    build: {
      outDir: resolve(root, 'out/renderer'),
      sourcemap: false,
      // Parsed at every start of the window. The programs of the host stay readable: their stacks are in error reports.
      minify: true,
      rollupOptions: { input: resolve(root, 'src/renderer/index.html') },
    },
  },
});
