import { expect, test } from 'vitest';
import { spread } from './spread';

test('the spread leaves out what is missing and needs two values', () => {
  expect(spread([null, 3])).toEqual({ mean: 3, deviation: null, n: 1 });
  expect(spread([null])).toBeNull();
  expect(spread([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2, n: 2 });
});
