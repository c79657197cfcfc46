import { expect, test } from 'vitest';
import { numpyPermutation } from './numpyPermutation';

test('draws as numpy does', () => {
  // numpy 2: RandomState(0).permutation(10), and the first and last of RandomState(0).permutation(1906).
  expect(numpyPermutation(0, 10)).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
  const long = numpyPermutation(0, 1906);
  expect([...long.slice(0, 5), ...long.slice(-3)]).toEqual([1081, 1861, 1260, 1182, 135, 1653, 559, 684]);
});
