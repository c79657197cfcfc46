import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import type { ChartSeries } from '../../components/chart/types';
import { meanOf, overSeeds } from './overSeeds';

const line = (points: [number, number | null][]): ChartSeries => ({ key: 'a', label: 'A', points: points.map(([x, y]) => ({ x, y })) });
const run = (seed: number, steps = 10) => ({ kind: 'pretrain', learngeneId: null, checkpointId: null, config: { train: { seed, steps } } }) as unknown as Run;

test('lines with other points and of other lengths have their mean where both are, read off in between', () => {
  const mean = meanOf([line([[0, 4], [2, 0], [4, 2]]), line([[1, 4], [3, 2], [9, 5]])]);
  expect(mean.label).toBe('A (mean, n = 2)');
  expect(mean.points).toEqual([{ x: 1, y: 3 }, { x: 2, y: 1.5 }, { x: 3, y: 1.5 }, { x: 4, y: 2.25 }]);
  // Sample deviation of two values: their difference by the square root of two.
  mean.band!.forEach((range, i) => expect(range![1] - mean.points[i].y!).toBeCloseTo([2, 3, 1, 0.5][i] / Math.SQRT2, 12));
});

test('gaps and lines that have not begun are left out', () => {
  expect(meanOf([line([[0, 1], [1, null], [2, 3]]), line([[1, 4], [2, 5]])]).points).toEqual([{ x: 1, y: 3 }, { x: 2, y: 4 }]);
  expect(meanOf([line([[0, 1], [1, 2]]), line([])])).toMatchObject({ label: 'A (n = 1)', points: [{ x: 0, y: 1 }, { x: 1, y: 2 }] });
  expect(meanOf([line([[0, 1]]), line([[5, 2]])]).points).toEqual([]);
});

test('only what differs in the seed alone is one line', () => {
  const series = line([[0, 1], [1, 2]]);
  expect(overSeeds([{ run: run(0), series }, { run: run(1), series }, { run: run(0, 20), series }]).map((s) => s.label)).toEqual(['A (mean, n = 2)', 'A (n = 1)']);
});
