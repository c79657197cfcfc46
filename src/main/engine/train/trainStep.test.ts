import { expect, test } from 'vitest';
import { STREAMS, counterRandom } from '../random';
import { getBackend } from '../tensor/backends';
import type { ModelWeights } from '../model/types';
import { tinyConfig, tinyDiffusion, tinyWeights } from './testkit';
import { adamScalars, groupScalars } from './adamw';
import { microBatches } from './microBatches';
import { type TrainStepOptions, buildTrainStep, initialState } from './trainStep';

const B = 3;
const draw = counterRandom(1, STREAMS.metrics, 0);
const each = tinyConfig.inChannels * tinyConfig.inputSize ** 2;
const batch = { x0: draw.normals(B * each), noise: counterRandom(2, STREAMS.metrics, 0).normals(B * each), t: Int32Array.of(3, 50, 99), y: Int32Array.of(0, 2, 3) };

/** Loss and gradient norm of the first step of `student`. */
async function firstStep(student: ModelWeights, options: Partial<TrainStepOptions> = {}): Promise<{ loss: number; gradNorm: number }> {
  const step = buildTrainStep({ weights: student, groupOf: () => 'default', ...options, diffusion: tinyDiffusion, train: { batchSize: B, accumulate: 1, emaDecay: 0, gradientClip: 0 } });
  const program = await getBackend('tfjs-cpu').compile(step.spec);
  try {
    await program.writeState(initialState(step, student));
    const rates = groupScalars(0, 0.9, 1e-3, 0);
    const scalars = { ...adamScalars(0, 0.9, 0.999), 'stepSize.default': rates.stepSize, 'decay.default': rates.decay };
    const { outputs } = await program.run({ ...batch, ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)])) });
    return { loss: outputs.loss[0], gradNorm: outputs.gradNorm[0] };
  } finally {
    await program.dispose();
  }
}

test('a student that is its teacher has nothing to learn, and one that is not has', async () => {
  const dense = tinyWeights('dense');
  const itself = await firstStep(dense, { teacher: dense });
  expect(itself.loss).toBeLessThan(1e-10);
  expect(itself.gradNorm).toBeLessThan(1e-5);
  const other = await firstStep(tinyWeights('factorised'), { teacher: dense });
  const noise = await firstStep(tinyWeights('factorised'));
  expect(other.loss).toBeGreaterThan(1e-3);
  expect(Math.abs(other.loss - noise.loss)).toBeGreaterThan(1e-3);
});

test('a teacher of another depth is allowed', async () => {
  const deeper = tinyWeights('dense', { ...tinyConfig, depth: 3 });
  expect((await firstStep(tinyWeights('dense'), { teacher: deeper })).loss).toBeGreaterThan(0);
});

test('a batch that goes through the frozen factors part by part gives the same loss and gradient', async () => {
  const groupOf = (name: string): string | null => (name.startsWith('sigma') ? 'default' : null);
  const whole = await firstStep(tinyWeights('factorised'), { groupOf });
  expect(microBatches(tinyConfig, B, 1)).toBe(B);
  const parted = await firstStep(tinyWeights('factorised'), { groupOf, cachedBytes: 1 });
  expect(parted.loss).toBeCloseTo(whole.loss, 6);
  expect(parted.gradNorm / whole.gradNorm).toBeCloseTo(1, 5);
});

test('a batch is parted no further than the cache asks for', () => {
  const config = { ...tinyConfig, inputSize: 32, patchSize: 4, hiddenSize: 256, heads: 4, mlpRatio: 4 };
  const sample = 64 * 1024 * 4;
  expect(microBatches(config, 32, undefined)).toBe(1);
  expect(microBatches(config, 32, 32 * sample)).toBe(1);
  expect(microBatches(config, 32, 31 * sample)).toBe(2);
  expect(microBatches(config, 12, 4 * sample)).toBe(3);
  expect(microBatches(config, 32, sample)).toBe(4);
  expect(microBatches(config, 7, sample)).toBe(1);
});
