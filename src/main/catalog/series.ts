/**
 * Reading metrics for a chart. Few points come as they are; many come as the minimum and the maximum of each bucket, in the
 * order of their steps, read from the pyramid level just fine enough. The extremes of every bucket are real points of the run; its
 * first and last point stand at the ends, so that the latest value is the latest.
 */
import type { Series } from '../../shared/entities';
import type { Catalog } from './open';
import { LEVELS, LEVEL_FACTOR } from './metrics';

type Point = Series['points'][number];

export interface SeriesQuery {
  keys?: readonly string[];
  maxPoints: number;
  from?: number;
  to?: number;
}

export function readSeries(catalog: Catalog, runId: string, query: SeriesQuery): Series[] {
  const all = catalog.prepare('SELECT id, key FROM series WHERE run_id = ? ORDER BY key').all(runId) as { id: number; key: string }[];
  const wanted = query.keys ? all.filter((s) => query.keys!.includes(s.key)) : all;
  return wanted.map(({ id, key }) => ({ key, ...readOne(catalog, id, query) }));
}

function readOne(catalog: Catalog, id: number, { maxPoints, from = -Infinity, to = Infinity }: SeriesQuery): Omit<Series, 'key'> {
  const edges = catalog.prepare(`SELECT (SELECT step FROM metric_points WHERE series_id = @id AND step >= @from ORDER BY step LIMIT 1) AS first,
    (SELECT step FROM metric_points WHERE series_id = @id AND step <= @to ORDER BY step DESC LIMIT 1) AS last`).get({ id, from, to }) as { first: number | null; last: number | null };
  if (edges.first === null || edges.last === null || edges.last < edges.first) return { points: [], total: 0, downsampled: false };
  const total = countPoints(catalog, id, edges.first, edges.last);
  if (total <= maxPoints) {
    const points = catalog.prepare('SELECT step, value, wall FROM metric_points WHERE series_id = ? AND step >= ? AND step <= ? ORDER BY step').all(id, edges.first, edges.last) as Point[];
    return { points, total, downsampled: false };
  }
  const buckets = Math.max(1, Math.floor(maxPoints / 2) - 1);
  const width = (edges.last - edges.first) / buckets;
  const extremes = new Extremes(edges.first, width || 1, buckets);
  // A metric written only now and then fills few buckets of a fine level, so the level follows the steps, not the points.
  const level = Math.min(LEVELS, Math.floor(Math.log(Math.max(1, width)) / Math.log(LEVEL_FACTOR)));
  if (level === 0) {
    const rows = catalog.prepare('SELECT step, value, wall FROM metric_points WHERE series_id = ? AND step >= ? AND step <= ? ORDER BY step').iterate(id, edges.first, edges.last) as Iterable<Point>;
    for (const row of rows) extremes.add(row);
  } else {
    const span = LEVEL_FACTOR ** level;
    const rows = catalog.prepare(`SELECT bucket, min, min_step AS minStep, min_wall AS minWall, max, max_step AS maxStep, max_wall AS maxWall
      FROM metric_buckets WHERE series_id = ? AND level = ? AND bucket >= ? AND bucket <= ? ORDER BY bucket`).iterate(id, level, Math.floor(edges.first / span), Math.floor(edges.last / span)) as Iterable<{ bucket: number; min: number | null; minStep: number; minWall: number; max: number; maxStep: number; maxWall: number }>;
    for (const row of rows) {
      if (row.min === null) continue;
      if (row.minStep >= edges.first && row.minStep <= edges.last) extremes.add({ step: row.minStep, value: row.min, wall: row.minWall });
      if (row.maxStep >= edges.first && row.maxStep <= edges.last) extremes.add({ step: row.maxStep, value: row.max, wall: row.maxWall });
    }
  }
  const [first, last] = [edges.first, edges.last].map((step) => catalog.prepare('SELECT step, value, wall FROM metric_points WHERE series_id = ? AND step = ?').get(id, step) as Point);
  const inner = extremes.points().filter((point) => point.step > first!.step && point.step < last!.step);
  return { points: [first!, ...inner, last!], total, downsampled: true };
}

/** Counted from the pyramid when the range is long, so that a million points are not walked through. */
function countPoints(catalog: Catalog, id: number, first: number, last: number): number {
  const level = 3;
  const span = LEVEL_FACTOR ** level;
  const raw = (from: number, to: number) => catalog.prepare('SELECT count(*) FROM metric_points WHERE series_id = ? AND step >= ? AND step < ?').pluck().get(id, from, to) as number;
  const low = Math.ceil(first / span);
  const high = Math.floor(last / span);
  if (high <= low) return raw(first, last) + 1;
  const inner = catalog.prepare('SELECT coalesce(sum(count + gaps), 0) FROM metric_buckets WHERE series_id = ? AND level = ? AND bucket >= ? AND bucket < ?').pluck().get(id, level, low, high) as number;
  return raw(first, low * span) + inner + raw(high * span, last) + 1;
}

class Extremes {
  private readonly low = new Map<number, Point>();
  private readonly high = new Map<number, Point>();

  constructor(private readonly first: number, private readonly width: number, private readonly count: number) {}

  add(point: Point): void {
    if (point.value === null) return;
    const at = Math.min(this.count - 1, Math.floor((point.step - this.first) / this.width));
    const low = this.low.get(at);
    const high = this.high.get(at);
    if (!low || point.value < low.value!) this.low.set(at, point);
    if (!high || point.value > high.value!) this.high.set(at, point);
  }

  points(): Point[] {
    const out: Point[] = [];
    for (let i = 0; i < this.count; i++) {
      const low = this.low.get(i);
      const high = this.high.get(i);
      if (!low || !high) continue;
      if (low.step === high.step) out.push(low);
      else if (low.step < high.step) out.push(low, high);
      else out.push(high, low);
    }
    return out;
  }
}
