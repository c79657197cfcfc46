import { expect, it } from 'vitest';
import { nearestRow } from './crosshair';
import { valueScale } from './domain';
import type { ChartRow } from './rows';
import { logAxis } from './ticks';

const rows = (values: number[]) => values.map((y, x) => ({ x, y })) as ChartRow[];

it('covers every value, spikes and bands included, with round ends', () => {
  expect(valueScale(rows([0.1, 0.2, 1.03]), false)).toEqual({ domain: [0, 1.25], ticks: [0, 0.25, 0.5, 0.75, 1, 1.25] });
  expect(valueScale([{ x: 0, y: 5, 'y band': [4, 9.2] }], false).domain).toEqual([4, 10]);
  const log = valueScale(rows([0.01, 3]), true);
  expect(log.domain[0]).toBeLessThan(0.01);
  expect(log.ticks).toEqual([0.01, 0.1, 1]);
});

it('gives a constant some room and nothing at all a frame', () => {
  const { domain } = valueScale(rows([0.001, 0.001]), false);
  expect(domain[0]).toBeLessThan(0.001);
  expect(domain[1]).toBeGreaterThan(0.001);
  expect(valueScale([], false).domain).toEqual([0, 1]);
});

it('finds the nearest row', () => {
  const some = [0, 10, 20].map((x) => ({ x })) as ChartRow[];
  expect([nearestRow(some, -5)?.x, nearestRow(some, 14)?.x, nearestRow(some, 16)?.x, nearestRow(some, 99)?.x, nearestRow([], 1)]).toEqual([0, 10, 20, 20, null]);
});

it('a logarithmic axis covers its values with round ticks, fewer where there are many decades', () => {
  const { domain, ticks } = logAxis([0.016, 1.6]);
  expect(domain[0]).toBeLessThan(0.016);
  expect(domain[1]).toBeGreaterThan(1.6);
  expect(ticks).toEqual([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
  expect(logAxis([1e-6, 1e3]).ticks.every((t) => Number.isInteger(Math.round(Math.log10(t) * 1e9) / 1e9))).toBe(true);
  expect(logAxis([0, -1]).ticks).toEqual([1, 10]);
});
