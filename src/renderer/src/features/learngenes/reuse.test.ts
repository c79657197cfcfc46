import { expect, it } from 'vitest';
import { uniformRanks } from '@shared/config';
import { reuseAt, suggestedDepths, usualDepths } from './reuse';

const DIT_B2 = { inputSize: 32, patchSize: 2, inChannels: 4, hiddenSize: 768, depth: 12, heads: 12, mlpRatio: 4, numClasses: 1000, learnSigma: true };

it('carries about 35 % of a DiT-B of four blocks at full rank, as the paper says', () => {
  const { share, carried, dense, tuned } = reuseAt(DIT_B2, uniformRanks(768), 4);
  expect(share).toBeCloseTo(0.36, 2);
  expect(carried).toBeLessThan(dense);
  // Sigma: 5 r per block; biases: 15 d per block.
  expect(tuned).toBe(4 * (5 * 768 + 15 * 768));
});

it('offers depths around the source, the source among them', () => {
  expect(usualDepths(6)).toEqual([2, 3, 4, 6, 8, 10, 12]);
  expect(usualDepths(7)).toContain(7);
  expect(usualDepths(1)).toContain(8);
});

it('begins with a smaller and a larger depth beside that of the source', () => {
  expect(suggestedDepths(6)).toEqual([4, 6, 8]);
  expect(suggestedDepths(12)).toEqual([8, 12, 16]);
  expect(suggestedDepths(2)).toEqual([1, 2, 3]);
});
