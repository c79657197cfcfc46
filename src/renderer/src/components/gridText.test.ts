import { expect, test } from 'vitest';
import type { Sample } from '@shared/entities';
import { gridText } from './gridText';

const sample = (classes: number[] | undefined, columns: number, rows: number): Sample => ({ id: 's', runId: null, checkpointId: null, step: 10, file: 'f.png', columns, rows, config: { classes }, createdAt: 1 });

test('a grid is described as a person would say it', () => {
  expect(gridText(sample([0, 1, 0, 1], 2, 2), 'drawn by A run at step 1,000', ['cats', 'dogs'])).toBe('4 pictures drawn by A run at step 1,000, in 2 rows of 2: cats and dogs');
  expect(gridText(sample([2], 1, 1), 'drawn by B', ['cats', 'dogs'])).toBe('1 picture drawn by B: no class');
  expect(gridText(sample(Array.from({ length: 9 }, (_, i) => i), 5, 2), 'drawn by C')).toBe('9 pictures drawn by C, in 2 rows of 5: class 0, class 1, class 2, class 3, class 4, class 5, and 3 other classes');
  expect(gridText(sample(undefined, 3, 1), 'drawn by D')).toBe('3 pictures drawn by D');
});
