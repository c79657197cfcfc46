/** The curves of a comparison over each other: one line per method and depth, the mean over its seeds with their spread. */
import { Group, SegmentedControl, Stack } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useRunsLive } from '../../client/useRunLive';
import { useWhole } from '../../client/whole';
import type { Lines } from '../../client/zoom';
import { ChartToolbar } from '../../components/chart/ChartToolbar';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { stepScale, toChartPoints, X_AXIS_SPECS } from '../../components/chart/runSeries';
import { useChartSettings } from '../../components/chart/settings';
import type { ChartSeries } from '../../components/chart/types';
import { meanOf } from '../runs/overSeeds';
import type { Row } from './comparisons';

type Metric = 'loss' | 'validationLoss';

/** More lines than anybody tells apart. */
const MOST = 16;

export function OverlayChart({ rows: all }: { rows: readonly Row[] }) {
  const depths = useMemo(() => [...new Set(all.map((r) => r.depth))].toSorted((a, b) => a - b), [all]);
  const [asked, setDepth] = useState<number | null>(null);
  // One depth at a time where all of them would be too many.
  const isCrowded = all.length > MOST && depths.length > 1;
  const depth = asked ?? depths[0];
  const rows = useMemo(() => (isCrowded ? all.filter((r) => r.depth === depth) : all), [all, isCrowded, depth]);
  const lives = useRunsLive(rows.slice(0, MOST).flatMap((r) => r.runs.map((run) => run.id)));
  const settings = useChartSettings('bench');
  const [chosen, setMetric] = useState<Metric | null>(null);
  // Two points per line, before and after, say no more than the table.
  const hasCurve = [...lives.values()].some((live) => (live.series.get('validationLoss')?.length ?? 0) > 2);
  const metric = chosen ?? (hasCurve ? 'validationLoss' : 'loss');
  const { xAxis } = settings;
  const isExact = metric === 'validationLoss';
  const held = useMemo(() => [...lives].map(([runId, live]) => ({ runId, series: live.series })), [lives]);
  const draw = useCallback((drawn: readonly Lines[]): ChartSeries[] => {
    const byRun = new Map(drawn.map(({ runId, series: metrics }) => [runId, metrics]));
    return rows.slice(0, MOST).map((row, index) => {
      const label = depths.length > 1 && !isCrowded ? `${row.method}, depth ${row.depth}` : row.method;
      // A seed that is still at work would cut the others' mean short.
      const done = row.runs.filter((run) => run.status === 'completed');
      const lines = (done.length > 0 ? done : row.runs).map((run): ChartSeries => ({ key: row.id, label, index, exact: isExact, dots: isExact, points: toChartPoints(byRun.get(run.id)?.get(metric) ?? [], xAxis, stepScale(run, null)) }));
      const mean = meanOf(lines);
      return { ...mean, dots: isExact, label: row.runs.length > 1 ? mean.label : label };
    });
  }, [rows, metric, isExact, xAxis, depths, isCrowded]);
  const series = useMemo(() => draw(held), [draw, held]);
  const ask = useWhole(held, draw);
  const whole = useCallback(() => ask([metric]), [ask, metric]);
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <SegmentedControl size="xs" aria-label="Metric" value={metric} onChange={(v) => setMetric(v as Metric)} data={[{ value: 'validationLoss', label: 'Validation loss' }, { value: 'loss', label: 'Training loss' }]} />
        {isCrowded && <SegmentedControl size="xs" aria-label="Depth of the lines" value={String(depth)} onChange={(v) => setDepth(Number(v))} data={depths.map((d) => ({ value: String(d), label: `${d} layers` }))} />}
      </Group>
      <ChartToolbar settings={settings} axes={['step', 'time', 'images']} />
      <LineChartPanel
        title={isExact ? 'Validation loss' : 'Training loss'}
        lead={rows.some((r) => r.runs.length > 1) ? 'Mean over the seeds; the band is one standard deviation.' : 'One line per method.'}
        series={series} whole={whole} x={X_AXIS_SPECS[xAxis]} y={{ label: '' }} settings={settings} height={320}
        empty={rows.some((r) => r.runs.some((run) => run.status === 'queued' || run.status === 'running')) ? 'The first points appear when the first run is at work.' : 'No run of these was trained.'}
      />
    </Stack>
  );
}
