/** Chosen runs over each other: one metric, any x axis, named by any parameter, averaged over seeds on demand. */
import { Chip, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { useRunsLive } from '../../client/useRunLive';
import { useWhole } from '../../client/whole';
import { type Lines, useZoomed } from '../../client/zoom';
import { ChartToolbar } from '../../components/chart/ChartToolbar';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { BARE_AXIS, stepScale, toChartPoints, X_AXIS_SPECS, xOnAxis } from '../../components/chart/runSeries';
import { useChartSettings } from '../../components/chart/settings';
import type { Axis, ChartSeries } from '../../components/chart/types';
import { plural } from '../../format/format';
import { differing, parameter } from './columns';
import { ConfigDiff } from './ConfigDiff';
import { overSeeds } from './overSeeds';

/** More lines than anybody tells apart. */
const MOST = 16;
const THROUGHPUT_AXIS: Axis = { label: '', unit: 'images/s' };
const NAMES: Record<string, string> = { loss: 'Loss', validationLoss: 'Validation loss', gradNorm: 'Gradient norm', learningRate: 'Learning rate', imagesPerSecond: 'Throughput' };

export function Compare({ runs }: { runs: readonly Run[] }) {
  const shown = runs.slice(0, MOST);
  const lives = useRunsLive(shown.map((r) => r.id));
  const settings = useChartSettings('compare');
  const datasets = useCall('datasets.list', {}).data;
  const [metric, setMetric] = useState('loss');
  const [label, setLabel] = useState('name');
  const [average, setAverage] = useState(false);
  const metrics = [...new Set([...lives.values()].flatMap((l) => [...l.series.keys()]))].toSorted();
  const labels = useMemo(() => differing(shown).map((d) => d.key), [shown]);

  const scales = useMemo(() => new Map(runs.map((run) => {
    const dataset = datasets?.find((d) => d.id === run.datasetId);
    return [run.id, stepScale(run, dataset ? dataset.images - dataset.heldOut : null)] as const;
  })), [runs, datasets]);
  const held = useMemo(() => [...lives].map(([runId, live]) => ({ runId, series: live.series })), [lives]);
  const zoomed = useZoomed(held, settings.zoom, (runId, point) => xOnAxis(point, settings.xAxis, scales.get(runId)!), { key: metric });

  const draw = useCallback((lines: readonly Lines[]): ChartSeries[] => {
    const single = shown.map((run, index) => {
      const points = toChartPoints(lines.find((line) => line.runId === run.id)?.series.get(metric) ?? [], settings.xAxis, scales.get(run.id)!);
      const name = label === 'name' ? run.name : `${label.split('.').at(-1)} ${String(parameter(run, label) ?? '–')}`;
      return { run, series: { key: run.id, label: name, points, index, exact: metric === 'validationLoss' || metric === 'learningRate', dots: metric === 'validationLoss' } };
    });
    return average ? overSeeds(single) : single.map((s) => s.series);
  }, [shown, metric, label, average, settings.xAxis, scales]);
  const series = useMemo(() => draw(zoomed), [draw, zoomed]);
  const ask = useWhole(held, draw);
  const whole = useCallback(() => ask([metric]), [ask, metric]);

  const title = NAMES[metric] ?? metric;
  return (
    <Stack gap="md">
      <Title order={2}>Comparison</Title>
      <Group gap="md">
        <Select size="xs" w={170} label="Metric" value={metric} onChange={(v) => v && setMetric(v)} data={metrics.length > 0 ? metrics.map((value) => ({ value, label: NAMES[value] ?? value })) : [{ value: 'loss', label: 'Loss' }]} />
        <Select size="xs" w={200} label="Lines named by" value={label} onChange={(v) => v && setLabel(v)} data={[{ value: 'name', label: 'Name' }, ...labels.map((value) => ({ value, label: value }))]} searchable />
        <Chip size="xs" mt={20} checked={average} onChange={setAverage}>Mean and spread over seeds</Chip>
      </Group>
      <ChartToolbar settings={settings} />
      <LineChartPanel title={`${title} of ${plural(shown.length, 'run')}`} series={series} whole={whole} x={X_AXIS_SPECS[settings.xAxis]} y={metric === 'imagesPerSecond' ? THROUGHPUT_AXIS : BARE_AXIS} settings={settings} height={340} empty="These runs have no values of this metric." />
      {runs.length > MOST && <Text size="xs" c="dimmed">The first {MOST} of {runs.length} are drawn.</Text>}
      <ConfigDiff runs={shown} />
    </Stack>
  );
}
