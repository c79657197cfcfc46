/** Runs that differ only in their seed as one line: the mean at each x, with one standard deviation as a band. */
import type { Run } from '@shared/entities';
import type { ChartSeries } from '../../components/chart/types';

interface Single {
  run: Run;
  series: ChartSeries;
}

function withoutSeed(run: Run): string {
  const { train, ...rest } = run.config as { train?: Record<string, unknown> };
  const { seed: _seed, ...others } = train ?? {};
  return JSON.stringify([run.kind, run.learngeneId, run.checkpointId, rest, others]);
}

/** Only x values that several runs share have a spread; n is the number of runs in the label. */
export function overSeeds(singles: readonly Single[]): ChartSeries[] {
  const groups = Map.groupBy(singles, ({ run }) => withoutSeed(run));
  return [...groups.values()].map((group, index) => {
    const first = group[0].series;
    if (group.length === 1) return { ...first, index, label: `${first.label} (n = 1)` };
    const at = new Map<number, number[]>();
    for (const { series } of group) for (const { x, y } of series.points) if (y !== null) at.set(x, [...(at.get(x) ?? []), y]);
    const rows = [...at].toSorted(([a], [b]) => a - b).map(([x, values]) => {
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.length > 1 ? values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) : 0;
      return { x, mean, deviation: Math.sqrt(variance), n: values.length };
    });
    return {
      key: first.key, label: `${first.label} (mean, n = ${group.length})`, index, exact: first.exact,
      points: rows.map(({ x, mean }) => ({ x, y: mean })),
      band: rows.map(({ mean, deviation, n }) => (n > 1 ? ([mean - deviation, mean + deviation] as const) : null)),
    };
  });
}
