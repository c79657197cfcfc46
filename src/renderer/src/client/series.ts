/** Metric series that grow while one looks at them: a snapshot of the host, then rows as they come, bounded in size. */
import type { Series } from '@shared/entities';

export type Point = Series['points'][number];
export interface MetricRow {
  step: number;
  wall: number;
  values: Record<string, number | null>;
}

/** Keeps the smallest and the largest value of each bucket, in their order, so that a spike never vanishes. The ends stay. */
export function thin(points: Point[], most: number): Point[] {
  if (points.length <= most) return points;
  const buckets = Math.max(1, Math.floor(most / 2) - 1);
  const inner = points.length - 2;
  const out: Point[] = [points[0]];
  for (let b = 0; b < buckets; b++) {
    const from = 1 + Math.floor((b * inner) / buckets);
    const to = 1 + Math.floor(((b + 1) * inner) / buckets);
    let low = -1;
    let high = -1;
    let gap = -1;
    for (let i = from; i < to; i++) {
      const v = points[i].value;
      if (v === null) {
        gap = i;
        continue;
      }
      if (low < 0 || v < points[low].value!) low = i;
      if (high < 0 || v > points[high].value!) high = i;
    }
    const kept = [...new Set([low, high, low < 0 ? gap : -1])].filter((i) => i >= 0).toSorted((a, b2) => a - b2);
    for (const i of kept) out.push(points[i]);
  }
  out.push(points[points.length - 1]);
  return out;
}

/**
 * Adds rows to series. A row at or before the last step replaces what stood from there on: a resumed run repeats steps.
 * Series beyond twice `most` points are thinned to `most`. Returns new arrays for the keys that changed, the same for others.
 */
export function appendRows(series: ReadonlyMap<string, Point[]>, rows: readonly MetricRow[], most: number): Map<string, Point[]> {
  const out = new Map(series);
  const fresh = new Set<string>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row.values)) {
      let points = out.get(key) ?? [];
      if (!fresh.has(key)) {
        points = [...points];
        fresh.add(key);
        out.set(key, points);
      }
      while (points.length > 0 && points[points.length - 1].step >= row.step) points.pop();
      points.push({ step: row.step, value, wall: row.wall });
    }
  }
  for (const key of fresh) {
    const points = out.get(key)!;
    if (points.length > most * 2) out.set(key, thin(points, most));
  }
  return out;
}
