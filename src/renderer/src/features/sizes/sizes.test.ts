import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import { measuredRuns } from '@shared/speed';
import { paretoFront } from './pareto';
import { configOf, costOf, EXPERIMENTAL, type Setting, shapeProblems, unfit } from './shape';

const setting: Setting = { inputSize: 32, inChannels: 3, numClasses: 9, learnSigma: false, factorised: true, rank: null, batchSize: 32, sampleSteps: 50 };
const small = { hiddenSize: 96, depth: 6, heads: 4, patchSize: 4 };
const latents: Setting = { ...setting, inChannels: 4, numClasses: 1000, learnSigma: true, factorised: false };

test('official sizes cost what the DiT paper says', () => {
  const xl = costOf({ hiddenSize: 1152, depth: 28, heads: 16, patchSize: 2 }, latents, [], null);
  expect(xl.macs / 1e9).toBeCloseTo(118.6, 0);
  expect(xl.parameters / 1e6).toBeCloseTo(675, 0);
  expect(xl.msPerStep).toBeNull();
});

test('a time is measured when this very size has been trained, estimated otherwise', () => {
  const ranks = { qkv: 96, proj: 96, fc1: 96, fc2: 96, adaLN: 96 };
  const run = { kind: 'pretrain', status: 'completed', steps: 100, elapsedMs: 30_000, config: { model: configOf(small, setting), ranks, train: { batchSize: 32 } } } as unknown as Run;
  const measured = measuredRuns([run]);
  expect(costOf(small, setting, measured, 26)).toMatchObject({ msPerStep: 300, isMeasured: true });
  expect(costOf({ ...small, depth: 7 }, setting, measured, 26).isMeasured).toBe(false);
  expect(costOf(small, { ...setting, batchSize: 16 }, measured, 26).isMeasured).toBe(false);
  expect(costOf(small, { ...setting, factorised: false }, measured, 26).isMeasured).toBe(false);
});

test('shapes that cannot exist are refused with the field', () => {
  expect(shapeProblems({ ...small, heads: 5 }, setting).map((p) => p.field)).toEqual(['heads']);
  expect(shapeProblems(small, setting)).toEqual([]);
});

test('a learngene initialises any depth of its own width, heads and patches; others are an experiment', () => {
  const source = configOf(small, setting);
  expect(unfit({ ...small, depth: 40 }, setting, source)).toBeNull();
  expect(unfit({ ...small, hiddenSize: 64 }, setting, source)).toBe(EXPERIMENTAL);
  expect(unfit({ ...small, heads: 8 }, setting, source)).toBe(EXPERIMENTAL);
  expect(unfit(small, latents, source)).toBe('draws 32 × 32 × 3');
});

test('the front holds what nothing else beats', () => {
  const points = [{ x: 1, y: 1 }, { x: 2, y: 3 }, { x: 2, y: 2 }, { x: 3, y: 3 }, { x: 4, y: 5 }];
  expect(paretoFront(points, { x: 'least', y: 'most' })).toEqual([true, true, false, false, true]);
  expect(paretoFront(points, { x: 'most', y: 'least' })).toEqual([true, false, true, true, true]);
});
