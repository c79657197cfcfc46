/** A long training holds what it held at its start: bytes, native handles, tensors. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getBackend } from '../../src/main/engine/tensor/backends';
import { nativeHandles } from '../../src/main/engine/tensor/ort/nativeSession';
import { tf } from '../../src/main/engine/tensor/tf';
import { tinyData, tinyDiffusion, tinyTrain, tinyWeights } from '../../src/main/engine/train/testkit';
import { train } from '../../src/main/engine/train/trainer';

const STEPS = 2000;
const EVERY = 100;
/** A leak of one picture batch and one state (about 60 KB here) per step would be 120 MB. */
const ALLOWED_GROWTH = 24 * 2 ** 20;

test('2,000 steps with checkpoints and validation keep memory and handles flat', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'long-training-'));
  const seen: { rss: number; handles: number; tensors: number }[] = [];
  const handlesBefore = nativeHandles();
  try {
    const outcome = await train({
      weights: tinyWeights(), data: tinyData(), diffusion: tinyDiffusion, backend: getBackend('onnxruntime'), stateDir, validationSamples: 6,
      train: tinyTrain({ steps: STEPS, checkpointEvery: EVERY, validateEvery: EVERY, learningRate: 1e-3 }),
      callbacks: {
        onMetrics: (rows) => {
          if (!rows.some(({ values }) => values.validationLoss !== undefined)) return;
          (globalThis as { gc?: () => void }).gc?.();
          seen.push({ rss: process.memoryUsage().rss, handles: nativeHandles(), tensors: tf.memory().numTensors });
        },
      },
    });
    expect(outcome.step).toBe(STEPS);
  } finally {
    await rm(stateDir, { recursive: true });
  }
  expect(seen.length).toBeGreaterThanOrEqual(STEPS / EVERY);
  const settled = seen.slice(4);
  expect(new Set(settled.map(({ handles }) => handles)).size).toBe(1);
  expect(new Set(settled.map(({ tensors }) => tensors)).size).toBe(1);
  const half = settled.length / 2;
  const mean = (part: typeof seen): number => part.reduce((sum, { rss }) => sum + rss, 0) / part.length;
  expect(mean(settled.slice(half)) - mean(settled.slice(0, half))).toBeLessThan(ALLOWED_GROWTH);
  expect(nativeHandles()).toBe(handlesBefore);
});
