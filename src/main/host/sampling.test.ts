import { expect, test } from 'vitest';
import { classesFor, stepsProblem } from './sampling';

test('47 of the numbers from 1 to 100 cannot be written as ddimN over 1,000 timesteps', () => {
  const all = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(all.filter((n) => stepsProblem(`ddim${n}`, 1000) !== null)).toHaveLength(47);
  expect(all.every((n) => stepsProblem(String(n), 1000) === null)).toBe(true);
});

test('what cannot be reached names the nearest that can', () => {
  expect(stepsProblem('ddim47', 1000)?.hint).toBe('Choose ddim46 or ddim48, or plain 47.');
  expect(stepsProblem('1001', 1000)?.message).toContain('1000 timesteps');
  expect(stepsProblem('fast', 1000)?.field).toBe('steps');
});

test('classes are repeated, cycled through, or all taken in turn', () => {
  expect(classesFor(9, [3], 4)).toEqual([3, 3, 3, 3]);
  expect(classesFor(9, [3, 7, 1], undefined)).toEqual([3, 7, 1]);
  expect(classesFor(9, [3, 7, 1], 4)).toEqual([3, 7, 1, 3]);
  expect(classesFor(3, undefined, undefined)).toHaveLength(16);
  // Noise from a file says how many there are; the engine cycles through these.
  expect(classesFor(3, undefined, undefined, 3)).toEqual([0, 1, 2]);
  expect(classesFor(9, [9], 1)).toEqual([9]);
  expect(() => classesFor(9, [10], 1)).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'classes' }));
});
