import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import { measuredRuns } from '@shared/speed';
import { msOfWork, totalMs } from './estimate';

const model = { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const run = (over: Partial<Run>) => ({ kind: 'pretrain', status: 'completed', step: 100, steps: 100, elapsedMs: 20_000, config: { model, ranks: null, train: { batchSize: 32 } }, ...over }) as Run;

test('a waiting run takes its remaining steps at the speed of one like it', () => {
  const measured = measuredRuns([run({})]);
  expect(msOfWork(run({ status: 'queued', step: 40, steps: 140 }), measured)).toBeCloseTo(20_000, 3);
  expect(msOfWork(run({ kind: 'initialize', status: 'queued', step: 0, steps: 30 }), measured)).toBeCloseTo(4000, 3);
  expect(msOfWork(run({ status: 'queued', step: 0 }), [])).toBeNull();
});

test('what is not known is said, not guessed', () => {
  expect(totalMs([1000, null, 500])).toEqual({ ms: 1500, unknown: 1 });
});
