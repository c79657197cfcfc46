import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': resolve(import.meta.dirname, 'src/shared') };
/** The built application is driven from outside, one file at a time, because each starts processes that compute. */
const test = { testTimeout: 180_000, hookTimeout: 120_000, pool: 'forks' as const, fileParallelism: false, maxWorkers: 1 };

export default defineConfig({
  test: {
    projects: [
      { resolve: { alias }, test: { ...test, name: 'application', include: ['test/e2e/browser/**/*.e2e.ts', 'test/e2e/cli/**/*.e2e.ts'] } },
      { resolve: { alias }, test: { ...test, name: 'electron', include: ['test/e2e/electron/**/*.e2e.ts'] } },
    ],
  },
});
