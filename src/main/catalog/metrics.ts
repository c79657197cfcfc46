/**
 * Writing metrics: raw rows, the pyramid of aggregates above them, and the summary per run. All of a batch in one transaction.
 * A metric that is NaN or infinite is kept as a gap (NULL).
 */
import type { MetricSummary } from '../../shared/worker';
import { write, type Catalog } from './open';

export interface MetricRow {
  step: number;
  /** Milliseconds of work since the run began. */
  wall: number;
  values: Record<string, number | null>;
}

/** Each level of the pyramid covers eight times the steps of the one below: 8, 64, 512, ... up to 8^7, two million. */
export const LEVEL_FACTOR = 8;
export const LEVELS = 7;

interface Bucket {
  min: number | null;
  minStep: number | null;
  minWall: number | null;
  max: number | null;
  maxStep: number | null;
  maxWall: number | null;
  sum: number;
  count: number;
  gaps: number;
}

const UPSERT = `
INSERT INTO metric_buckets (series_id, level, bucket, min, min_step, min_wall, max, max_step, max_wall, sum, count, gaps)
VALUES (@series, @level, @bucket, @min, @minStep, @minWall, @max, @maxStep, @maxWall, @sum, @count, @gaps)
ON CONFLICT (series_id, level, bucket) DO UPDATE SET
  min_step = iif(min IS NULL OR excluded.min < min, excluded.min_step, min_step),
  min_wall = iif(min IS NULL OR excluded.min < min, excluded.min_wall, min_wall),
  min = iif(min IS NULL OR excluded.min < min, excluded.min, min),
  max_step = iif(max IS NULL OR excluded.max > max, excluded.max_step, max_step),
  max_wall = iif(max IS NULL OR excluded.max > max, excluded.max_wall, max_wall),
  max = iif(max IS NULL OR excluded.max > max, excluded.max, max),
  sum = sum + excluded.sum, count = count + excluded.count, gaps = gaps + excluded.gaps`;

/** Appends rows. A row of a step that is already there is ignored, as a repeated step gives the same numbers. */
export function appendMetrics(catalog: Catalog, runId: string, rows: readonly MetricRow[]): void {
  if (rows.length === 0) return;
  write(catalog, () => {
    const insert = catalog.prepare('INSERT OR IGNORE INTO metric_points (series_id, step, wall, value) VALUES (?, ?, ?, ?)');
    const ids = new Map<string, number>();
    const added = new Map<string, { step: number; wall: number; value: number | null }[]>();
    for (const row of rows)
      for (const [key, raw] of Object.entries(row.values)) {
        let id = ids.get(key);
        if (id === undefined) ids.set(key, (id = seriesId(catalog, runId, key)));
        const value = raw !== null && Number.isFinite(raw) ? raw : null;
        if (insert.run(id, row.step, row.wall, value).changes === 0) continue;
        let list = added.get(key);
        if (!list) added.set(key, (list = []));
        list.push({ step: row.step, wall: row.wall, value });
      }
    for (const [key, points] of added) {
      addToPyramid(catalog, ids.get(key)!, points);
      addToSummary(catalog, runId, key, points);
    }
  });
}

function seriesId(catalog: Catalog, runId: string, key: string): number {
  const found = catalog.prepare('SELECT id FROM series WHERE run_id = ? AND key = ?').pluck().get(runId, key) as number | undefined;
  return found ?? Number(catalog.prepare('INSERT INTO series (run_id, key) VALUES (?, ?)').run(runId, key).lastInsertRowid);
}

function addToPyramid(catalog: Catalog, series: number, points: { step: number; wall: number; value: number | null }[]): void {
  const upsert = catalog.prepare(UPSERT);
  for (let level = 1, width = LEVEL_FACTOR; level <= LEVELS; level++, width *= LEVEL_FACTOR) {
    const buckets = new Map<number, Bucket>();
    for (const { step, wall, value } of points) {
      const index = Math.floor(step / width);
      let b = buckets.get(index);
      if (!b) buckets.set(index, (b = { min: null, minStep: null, minWall: null, max: null, maxStep: null, maxWall: null, sum: 0, count: 0, gaps: 0 }));
      if (value === null) {
        b.gaps++;
        continue;
      }
      if (b.min === null || value < b.min) [b.min, b.minStep, b.minWall] = [value, step, wall];
      if (b.max === null || value > b.max) [b.max, b.maxStep, b.maxWall] = [value, step, wall];
      b.sum += value;
      b.count++;
    }
    for (const [bucket, b] of buckets) upsert.run({ series, level, bucket, ...b });
  }
}

function addToSummary(catalog: Catalog, runId: string, key: string, points: { value: number | null }[]): void {
  const values = points.map((p) => p.value).filter((v): v is number => v !== null);
  if (values.length === 0) return;
  let min = Infinity;
  let max = -Infinity;
  for (const v of values) {
    if (v < min) min = v;
    if (v > max) max = v;
  }
  catalog
    .prepare(`INSERT INTO metric_summaries (run_id, key, first, last, min, max, count) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run_id, key) DO UPDATE SET last = excluded.last, min = min(min, excluded.min), max = max(max, excluded.max), count = count + excluded.count`)
    .run(runId, key, values[0], values.at(-1), min, max, values.length);
}

/** Forgets everything after `step`, as a resumed run repeats it from there. */
export function truncateMetrics(catalog: Catalog, runId: string, step: number): void {
  write(catalog, () => {
    const all = catalog.prepare('SELECT id, key FROM series WHERE run_id = ?').all(runId) as { id: number; key: string }[];
    for (const { id, key } of all) {
      if (catalog.prepare('DELETE FROM metric_points WHERE series_id = ? AND step > ?').run(id, step).changes === 0) continue;
      catalog.prepare('DELETE FROM metric_buckets WHERE series_id = ?').run(id);
      catalog.prepare('DELETE FROM metric_summaries WHERE run_id = ? AND key = ?').run(runId, key);
      const rest = catalog.prepare('SELECT step, wall, value FROM metric_points WHERE series_id = ? ORDER BY step').all(id) as { step: number; wall: number; value: number | null }[];
      addToPyramid(catalog, id, rest);
      addToSummary(catalog, runId, key, rest);
    }
  });
}

export function summariesOf(catalog: Catalog, runIds: readonly string[]): Map<string, Record<string, MetricSummary>> {
  const out = new Map<string, Record<string, MetricSummary>>();
  if (runIds.length === 0) return out;
  const rows = catalog.prepare('SELECT run_id AS runId, key, first, last, min, max, count FROM metric_summaries WHERE run_id IN (SELECT value FROM json_each(?))').all(JSON.stringify(runIds)) as ({ runId: string; key: string } & MetricSummary)[];
  for (const { runId, key, ...summary } of rows) {
    let of = out.get(runId);
    if (!of) out.set(runId, (of = {}));
    of[key] = summary;
  }
  return out;
}
