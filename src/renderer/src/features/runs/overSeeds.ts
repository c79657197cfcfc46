/** Runs that differ only in their seed as one line: the mean at each x, with one standard deviation as a band. */
import type { Run } from '@shared/entities';
import { spread } from '@shared/spread';
import type { ChartPoint, ChartSeries } from '../../components/chart/types';

interface Single {
  run: Run;
  series: ChartSeries;
}

function withoutSeed(run: Run): string {
  const { train, ...rest } = run.config as { train?: Record<string, unknown> };
  const { seed: _seed, ...others } = train ?? {};
  return JSON.stringify([run.kind, run.learngeneId, run.checkpointId, rest, others]);
}

/** One line per group of runs with equal settings; n is the number of runs in the label. */
export function overSeeds(singles: readonly Single[]): ChartSeries[] {
  const groups = Map.groupBy(singles, ({ run }) => withoutSeed(run));
  return [...groups.values()].map((group, index) => ({ ...meanOf(group.map(({ series }) => series)), index }));
}

type Known = { x: number; y: number };

/**
 * The mean of lines on the range of x that all of them cover, read off between their points where one has none: runs may have been
 * measured at other steps, or for longer. Lines without points are left out.
 */
export function meanOf(lines: readonly ChartSeries[]): ChartSeries {
  const first = lines[0];
  const drawn = lines.map(({ points }) => points.filter((p): p is Known => p.y !== null)).filter((points) => points.length > 0);
  if (drawn.length < 2) return { ...first, points: drawn[0] ?? first.points, label: `${first.label} (n = 1)` };
  const from = Math.max(...drawn.map((points) => points[0].x));
  const to = Math.min(...drawn.map((points) => points.at(-1)!.x));
  const xs = [...new Set(drawn.flatMap((points) => points.map((p) => p.x)))].filter((x) => x >= from && x <= to).toSorted((a, b) => a - b);
  const columns = drawn.map((points) => readOff(points, xs));
  const points: ChartPoint[] = [];
  const band: (readonly [number, number])[] = [];
  xs.forEach((x, i) => {
    const { mean, deviation } = spread(columns.map((column) => column[i]))!;
    points.push({ x, y: mean });
    band.push([mean - deviation!, mean + deviation!]);
  });
  return { key: first.key, label: `${first.label} (mean, n = ${drawn.length})`, index: first.index, exact: first.exact, points, band };
}

/** Values at `xs`, ascending and within the line, on straight lines between its points. */
function readOff(points: readonly Known[], xs: readonly number[]): number[] {
  let at = 0;
  return xs.map((x) => {
    while (at < points.length - 1 && points[at + 1].x <= x) at++;
    const a = points[at];
    const b = points[at + 1];
    return b === undefined || a.x === x ? a.y : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
  });
}
