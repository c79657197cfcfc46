import { expect, it } from 'vitest';
import { chartRows, rawKey } from './rows';
import { niceTicks } from './ticks';

const line = (key: string, values: [number, number | null][], exact = false) => ({ key, label: key, exact, points: values.map(([x, y]) => ({ x, y })) });
const plain = { smoothing: 0, logX: false, logY: false, zoom: null };

it('puts series with their own x values into one ordered table', () => {
  const rows = chartRows([line('a', [[0, 1], [2, 3]]), line('b', [[1, 5], [2, 6]])], plain);
  expect(rows).toEqual([{ x: 0, a: 1 }, { x: 1, b: 5 }, { x: 2, a: 3, b: 6 }]);
});

it('smooths before it zooms, keeps the raw values beside, and leaves exact series alone', () => {
  const series = [line('a', [[0, 0], [1, 10], [2, 10]]), line('rate', [[0, 1], [1, 2], [2, 3]], true)];
  const all = chartRows(series, { ...plain, smoothing: 0.5 });
  const zoomed = chartRows(series, { ...plain, smoothing: 0.5, zoom: [1, 2] });
  expect(zoomed).toEqual(all.slice(1));
  expect(zoomed[0][rawKey('a')]).toBe(10);
  expect(zoomed[0].a).toBeLessThan(10);
  expect(all.map((r) => r.rate)).toEqual([1, 2, 3]);
});

it('leaves out what a logarithmic axis cannot show', () => {
  expect(chartRows([line('a', [[0, 1], [1, 0], [2, -1], [3, 4]])], { ...plain, logX: true, logY: true })).toEqual([{ x: 1, a: null }, { x: 2, a: null }, { x: 3, a: 4 }]);
});

it('places ticks at round numbers inside the range', () => {
  expect(niceTicks(1, 326, 6)).toEqual([100, 200, 300]);
  expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(niceTicks(3, 4000, 6, true)).toEqual([10, 100, 1000]);
});
