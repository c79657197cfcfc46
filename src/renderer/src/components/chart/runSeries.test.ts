import { expect, test } from 'vitest';
import { type StepScale, xOnAxis } from './runSeries';

const scale: StepScale = {
  imagesPerStep: 32,
  datasetImages: 640,
  // An hour of work, a night's pause, then on from the state that was saved after 50 minutes.
  sittings: [{ at: 1_000_000, elapsedMs: 0 }, { at: 1_000_000 + 9 * 3_600_000, elapsedMs: 50 * 60_000 }],
};

test('a point lies on every axis where it belongs', () => {
  const early = { step: 100, wall: 40 * 60_000 };
  const late = { step: 200, wall: 55 * 60_000 };
  expect((['step', 'epoch', 'time', 'images'] as const).map((axis) => xOnAxis(late, axis, scale))).toEqual([200, 10, 55 * 60_000, 6400]);
  expect(xOnAxis(early, 'clock', scale)).toBe(40 * 60_000);
  expect(xOnAxis(late, 'clock', scale)).toBe(9 * 3_600_000 + 5 * 60_000);
});

test('a run of which nothing is known but its work counts that', () => {
  expect(xOnAxis({ step: 5, wall: 700 }, 'clock', { ...scale, sittings: [] })).toBe(700);
});
