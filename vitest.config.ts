import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: [
      { find: '@shared', replacement: resolve(import.meta.dirname, 'src/shared') },
      // The ES modules of tfjs, as the build takes them; the CommonJS entries would load a second copy of its engine.
      { find: /^@tensorflow\/(tfjs-core|tfjs-backend-cpu)$/, replacement: resolve(import.meta.dirname, 'node_modules/@tensorflow/$1/dist/index.js') },
    ],
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Guards against what hangs, wide enough for a machine that is busy with other things.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    server: { deps: { inline: [/@tensorflow\/tfjs-/] } },
  },
});
