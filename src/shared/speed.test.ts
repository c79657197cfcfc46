import { expect, test } from 'vitest';
import { type DiTConfig, uniformRanks } from './config';
import type { Run } from './entities';
import { forwardMacs } from './sizes';
import { drawingMacs, estimateMs, estimateStepMs, macsPerStep, measuredRuns, roughGflops, type Work } from './speed';

const model: DiTConfig = { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const run = (over: Partial<Run>) => ({ kind: 'pretrain', status: 'completed', steps: 100, elapsedMs: 20_000, config: { model, ranks: null, train: { batchSize: 32 } }, ...over }) as Run;

test('a step is three forward passes per image, two when only sigma is tuned, one more with a teacher', () => {
  const work: Work = { kind: 'pretrain', model, ranks: null, train: { batchSize: 32, accumulate: 2 } };
  expect(macsPerStep(work)).toBe(3 * 64 * forwardMacs(model));
  expect(macsPerStep({ ...work, kind: 'initialize' })).toBe(2 * 64 * forwardMacs(model));
  expect(macsPerStep({ ...work, ranks: uniformRanks(24) })).toBeLessThan(macsPerStep(work));
  expect(macsPerStep({ ...work, kind: 'distill', ranks: uniformRanks(24) }) - macsPerStep({ ...work, ranks: uniformRanks(24) })).toBe(64 * forwardMacs(model));
});

test('only finished runs of some length tell a speed', () => {
  expect(measuredRuns([run({ status: 'failed' }), run({ steps: 5 }), run({ config: {} })])).toEqual([]);
  expect(measuredRuns([run({})])[0]).toMatchObject({ msPerStep: 200, macsPerStep: 96 * forwardMacs(model) });
});

test('short runs count only while there is no longer one', () => {
  const work = 96 * forwardMacs(model);
  const short = run({ steps: 50, elapsedMs: 50_000 });
  expect(estimateMs(work, 'pretrain', measuredRuns([short]))).toBeCloseTo(1000, 6);
  expect(estimateMs(work, 'pretrain', measuredRuns([short, run({})]))).toBeCloseTo(200, 6);
});

test('runs that were far smaller do not speak for large work when the machine’s rate is known', () => {
  const tiny = measuredRuns([run({ elapsedMs: 10_000, config: { model, ranks: null, train: { batchSize: 1 } } })]);
  const work = 96 * forwardMacs(model);
  expect(estimateMs(work, 'pretrain', tiny, 10)).toBeCloseTo((2 * work) / 1e7, 6);
  expect(estimateMs(work / 8, 'pretrain', tiny, 10)).toBeCloseTo(400, 6);
  expect(estimateMs(work, 'pretrain', tiny)).toBeCloseTo(3200, 6);
});

test('the rate is read off between measured runs, then taken from the machine', () => {
  const work = 96 * forwardMacs(model);
  const small = run({ elapsedMs: 1000, config: { model, ranks: null, train: { batchSize: 8 } } });
  const large = run({ elapsedMs: 16_000, config: { model, ranks: null, train: { batchSize: 128 } } });
  const equal = measuredRuns([small, large]);
  expect(estimateMs(work, 'train', equal)).toBeCloseTo(40, 6);
  expect(estimateMs(16 * work, 'train', equal)).toBeCloseTo(640, 6);
  const faster = measuredRuns([small, run({ elapsedMs: 4000, config: large.config })]);
  expect(estimateMs(work, 'train', faster)).toBeCloseTo(20, 6);
  expect(estimateStepMs({ kind: 'train', model, ranks: null, train: { batchSize: 32, accumulate: 1 } }, faster)).toBeCloseTo(20, 6);
  expect(estimateMs(work, 'train', measuredRuns([run({}), run({ kind: 'initialize', elapsedMs: 90_000 })]))).toBeCloseTo(200, 6);
  expect(estimateMs(50e9, 'train', [], 100)).toBeCloseTo(1000, 6);
  expect(estimateMs(50e9, 'train', [])).toBeNull();
});

test('before the first run the test step is the ground, and narrow models reach little of it', () => {
  expect(roughGflops(null, model)).toBeNull();
  expect(roughGflops(100, { hiddenSize: 256 })).toBeCloseTo(50);
  expect(roughGflops(100, { hiddenSize: 96 })!).toBeLessThan(roughGflops(100, { hiddenSize: 768 })!);
});

test('drawing costs a forward pass per step and picture, guidance one more', () => {
  const drawing = { samples: 8, steps: 'ddim25', guidanceScale: 1 };
  expect(drawingMacs(model, null, drawing)).toBe(8 * 25 * forwardMacs(model));
  expect(drawingMacs(model, null, { ...drawing, steps: '50', guidanceScale: 1.5 })).toBe(4 * drawingMacs(model, null, drawing));
});
