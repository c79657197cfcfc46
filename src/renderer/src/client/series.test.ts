import { describe, expect, it } from 'vitest';
import { appendRows, type Point, thin } from './series';

const point = (step: number, value: number | null): Point => ({ step, value, wall: step * 10 });

describe('thin', () => {
  it('keeps both ends and every extreme', () => {
    const points = Array.from({ length: 10_000 }, (_, i) => point(i, i === 4321 ? 99 : i === 7654 ? -99 : Math.sin(i / 50)));
    const out = thin(points, 400);
    expect(out.length).toBeLessThanOrEqual(400);
    expect(out[0]).toBe(points[0]);
    expect(out.at(-1)).toBe(points.at(-1));
    expect(out.some((p) => p.value === 99)).toBe(true);
    expect(out.some((p) => p.value === -99)).toBe(true);
    expect(out.map((p) => p.step)).toEqual(out.map((p) => p.step).toSorted((a, b) => a - b));
  });

  it('survives gaps', () => {
    const out = thin(Array.from({ length: 1000 }, (_, i) => point(i, i % 3 ? null : i)), 100);
    expect(out.some((p) => p.value !== null)).toBe(true);
    expect(thin(Array.from({ length: 1000 }, (_, i) => point(i, null)), 100).every((p) => p.value === null)).toBe(true);
  });
});

describe('appendRows', () => {
  const row = (step: number, values: Record<string, number>) => ({ step, wall: step * 10, values });

  it('appends and leaves untouched series identical', () => {
    const before = new Map([['loss', [point(1, 0.5)]], ['rate', [point(1, 1)]]]);
    const after = appendRows(before, [row(2, { loss: 0.4 })], 100);
    expect(after.get('loss')!.map((p) => p.value)).toEqual([0.5, 0.4]);
    expect(after.get('rate')).toBe(before.get('rate'));
    expect(before.get('loss')).toHaveLength(1);
  });

  it('replaces what a resumed run repeats', () => {
    const before = new Map([['loss', [1, 2, 3, 4].map((s) => point(s, s))]]);
    const after = appendRows(before, [row(3, { loss: 30 })], 100).get('loss')!;
    expect(after.map((p) => [p.step, p.value])).toEqual([[1, 1], [2, 2], [3, 30]]);
  });

  it('stays bounded however long the run is', () => {
    let series: ReturnType<typeof appendRows> = new Map();
    for (let step = 0; step < 5000; step++) series = appendRows(series, [row(step, { loss: step === 1234 ? 1000 : 1 })], 100);
    expect(series.get('loss')!.length).toBeLessThanOrEqual(200);
    expect(series.get('loss')!.some((p) => p.value === 1000)).toBe(true);
  });
});
