import { expect, test } from 'vitest';
import { figure, ordering, show } from './statistics';

test('an ordering holds or fails only when all seeds agree', () => {
  expect(ordering(figure([1, 2]), figure([3, 4]))).toBe('held');
  expect(ordering(figure([3, 4]), figure([1, 2]))).toBe('did not hold');
  expect(ordering(figure([1, 3]), figure([2, 4]))).toBe('unclear');
  expect(ordering(figure([2, 2]), figure([2, 2]))).toBe('unclear');
});

test('mean and sample deviation; a single value has no spread to show', () => {
  expect(show(figure([1, 3]), 2)).toBe('2.00 ± 1.41');
  expect(show(figure([1]), 2)).toBe('1.00');
});
