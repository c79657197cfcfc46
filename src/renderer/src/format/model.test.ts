import { expect, it } from 'vitest';
import { uniformRanks } from '@shared/config';
import { modelShape, parseDepths, rankText } from './model';

it('reads depths as a person types them', () => {
  expect(parseDepths('4, 6 8-10;12')).toEqual([4, 6, 8, 9, 10, 12]);
  expect(parseDepths(' 4 4 ')).toEqual([4]);
  expect(parseDepths('')).toEqual([]);
  expect(parseDepths('4, six')).toBeNull();
  expect(parseDepths('0')).toBeNull();
  expect(parseDepths('8-4')).toBeNull();
  expect(parseDepths('1-900')).toBeNull();
});

it('names shapes and ranks', () => {
  expect(modelShape({ hiddenSize: 96, depth: 6, patchSize: 4 })).toBe('96 × 6, patch 4');
  expect(rankText(uniformRanks(32))).toBe('rank 32');
  expect(rankText({ ...uniformRanks(32), adaLN: 8 })).toContain('adaLN 8');
});
