/** Finer points for the part of a chart that is zoomed into: asked of the host, as the whole run is held coarsely. */
import { useQueries } from '@tanstack/react-query';
import type { Result } from '@shared/protocol';
import { useConnection } from './context';
import type { Point } from './series';

export interface Lines {
  runId: string;
  series: ReadonlyMap<string, Point[]>;
}

/** Steps that a zoom covers, from the last point before it to the first after it, so that lines go on to the edges; null when there is nothing in it. */
export function stepsWithin(points: readonly Point[], xOf: (point: Point) => number, zoom: readonly [number, number]): [number, number] | null {
  const first = points.findIndex((p) => xOf(p) >= zoom[0]);
  const last = points.findLastIndex((p) => xOf(p) <= zoom[1]);
  if (first < 0 || last < 0) return null;
  const from = points[Math.max(0, Math.min(first, last + 1) - 1)].step;
  const to = points[Math.min(points.length - 1, Math.max(last, first - 1) + 1)].step;
  return from < to ? [from, to] : null;
}

/** Whether the points held leave steps out between `from` and `to`, as far as `maxPoints` would show more. */
export function isCoarse(points: readonly Point[], [from, to]: readonly [number, number], maxPoints: number): boolean {
  const held = points.filter((p) => p.step >= from && p.step <= to).length;
  return held < Math.min(maxPoints, Math.floor(to - from) + 1);
}

/** The coarse points outside of what the finer ones cover, the finer ones within. */
export function spliced(coarse: readonly Point[], fine: readonly Point[]): Point[] {
  if (fine.length === 0) return [...coarse];
  const [from, to] = [fine[0].step, fine[fine.length - 1].step];
  return [...coarse.filter((p) => p.step < from), ...fine, ...coarse.filter((p) => p.step > to)];
}

/** The longest line says which steps were written at all. */
function longest(series: Lines['series']): Point[] {
  return [...series.values()].reduce<Point[]>((most, points) => (points.length > most.length ? points : most), []);
}

/**
 * The lines with finer points where `zoom` (in values of the x axis) asks for more than is held. While the host is asked, and without
 * a zoom, the lines as they are. `key`: which lines are wanted; all when left out.
 */
export function useZoomed(lines: readonly Lines[], zoom: readonly [number, number] | null, xOf: (runId: string, point: Point) => number, { key, maxPoints = 1200 }: { key?: string; maxPoints?: number } = {}): readonly Lines[] {
  const connection = useConnection();
  const wanted = lines.map(({ runId, series }) => {
    const points = key ? (series.get(key) ?? []) : longest(series);
    const range = zoom && stepsWithin(points, (p) => xOf(runId, p), zoom);
    return range && isCoarse(points, range, maxPoints) ? { id: runId, from: range[0], to: range[1], maxPoints, ...(key && { keys: [key] }) } : null;
  });
  const results = useQueries({
    queries: wanted.map((params, i) => ({
      queryKey: ['runs.series', params ?? lines[i].runId],
      queryFn: () => connection.call('runs.series', params!),
      enabled: params !== null,
      gcTime: 60_000,
    })),
  });
  const finer = results.map((r, i) => (wanted[i] && (r.data as Result<'runs.series'> | undefined)) ?? null);
  // The same array while nothing is finer, so that whoever remembers what follows from it need not begin again.
  if (finer.every((f) => f === null)) return lines;
  return lines.map((line, i) => {
    if (!finer[i]) return line;
    const series = new Map(line.series);
    for (const { key: name, points } of finer[i]) series.set(name, spliced(series.get(name) ?? [], points));
    return { ...line, series };
  });
}
