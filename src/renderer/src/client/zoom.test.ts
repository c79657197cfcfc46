import { expect, test } from 'vitest';
import type { Point } from './series';
import { isCoarse, spliced, stepsWithin } from './zoom';

const points = (steps: number[]): Point[] => steps.map((step) => ({ step, value: step, wall: step * 10 }));
const coarse = points([0, 100, 200, 300, 400]);

test('a zoom covers the steps from the point before it to the point after it, on any axis', () => {
  expect(stepsWithin(coarse, (p) => p.step, [120, 280])).toEqual([100, 300]);
  expect(stepsWithin(coarse, (p) => p.wall, [1000, 2000])).toEqual([0, 300]);
  expect(stepsWithin(coarse, (p) => p.step, [210, 220])).toEqual([200, 300]);
  expect(stepsWithin(coarse, (p) => p.step, [500, 600])).toBeNull();
});

test('finer points are asked for only where steps are left out', () => {
  expect(isCoarse(coarse, [100, 300], 600)).toBe(true);
  expect(isCoarse(points([1, 2, 3, 4]), [1, 4], 600)).toBe(false);
  // As many as are shown at most: the host could not give more.
  expect(isCoarse(coarse, [0, 400], 5)).toBe(false);
});

test('finer points replace the coarse ones that they cover, and no others', () => {
  const fine = points([150, 175, 200, 225]);
  expect(spliced(coarse, fine).map((p) => p.step)).toEqual([0, 100, 150, 175, 200, 225, 300, 400]);
  expect(spliced(coarse, [])).toEqual(coarse);
});
