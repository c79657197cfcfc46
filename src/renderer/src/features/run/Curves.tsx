/** The curves of a run, live, with the pictures beside the loss. */
import { SimpleGrid, Stack } from '@mantine/core';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { type RunFeed, useFeed } from '../../client/useRunLive';
import { useWhole } from '../../client/whole';
import { type Lines, useZoomed } from '../../client/zoom';
import { ErrorPanel } from '../../components/ErrorPanel';
import { ChartToolbar } from '../../components/chart/ChartToolbar';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { stepScale, toChartPoints, X_AXIS_SPECS, xOnAxis } from '../../components/chart/runSeries';
import { useChartSettings } from '../../components/chart/settings';
import type { Axis, ChartSeries } from '../../components/chart/types';
import { formatValue } from '../../format/format';

interface ChartSpec {
  title: string;
  y: Axis;
  lead?: string;
  keys: { key: string; label: string; exact?: boolean; dots?: boolean }[];
  logY?: boolean;
}

const LOSS: ChartSpec = {
  title: 'Loss', y: { label: '' }, lead: 'Denoising loss, mean squared error of the predicted noise.', logY: true,
  keys: [{ key: 'loss', label: 'Training' }, { key: 'validationLoss', label: 'Validation (held out)', exact: true, dots: true }, { key: 'mse', label: 'Mean squared error' }, { key: 'vb', label: 'Variational bound' }],
};
const OTHERS: ChartSpec[] = [
  { title: 'Gradient norm', y: { label: '' }, keys: [{ key: 'gradNorm', label: 'Gradient norm' }], logY: true },
  { title: 'Learning rate', y: { label: '', format: (v) => formatValue(v, 3) }, keys: [{ key: 'learningRate', label: 'Learning rate', exact: true }] },
  { title: 'Throughput', y: { label: '', unit: 'images/s' }, keys: [{ key: 'imagesPerSecond', label: 'Throughput' }] },
];
const SIGMA: ChartSpec = {
  title: 'Sigma', y: { label: '' }, lead: 'Root mean square over all blocks, per type of weight.',
  keys: ['qkv', 'proj', 'fc1', 'fc2', 'adaLN'].map((type) => ({ key: `sigma.${type}`, label: type, exact: true })),
};

/** In the legend before their first value, so that nothing moves when it comes. */
const ALWAYS = ['loss', 'validationLoss'];

const metrics = (spec: ChartSpec) => spec.keys.map(({ key }) => key);

export function Curves({ run, feed, samples, meters }: { run: Run; feed: RunFeed; samples: ReactNode; meters: ReactNode }) {
  const live = useFeed(feed);
  const settings = useChartSettings('run');
  const dataset = useCall('datasets.get', { id: run.datasetId ?? '' }, { enabled: run.datasetId !== null }).data;
  const images = dataset ? dataset.images - dataset.heldOut : null;
  const scale = useMemo(() => stepScale(run, images), [run, images]);
  const { xAxis } = settings;
  const held = useMemo(() => [{ runId: run.id, series: live.series }], [run.id, live.series]);
  const zoomed = useZoomed(held, settings.zoom, (_, point) => xOnAxis(point, xAxis, scale));

  const draw = useCallback(([{ series }]: readonly Lines[]) => {
    const of = (spec: ChartSpec, always: readonly string[] = []): ChartSeries[] =>
      spec.keys.flatMap(({ key, ...rest }) => {
        const points = series.get(key) ?? [];
        return points.length > 0 || always.includes(key) ? [{ key, ...rest, points: toChartPoints(points, xAxis, scale) }] : [];
      });
    return { loss: of(LOSS, ALWAYS), others: OTHERS.map((spec) => of(spec)), sigma: of(SIGMA) };
  }, [xAxis, scale]);
  const lines = useMemo(() => draw(zoomed), [draw, zoomed]);
  const ask = useWhole(held, draw);
  const whole = useMemo(() => ({
    loss: async () => (await ask(metrics(LOSS))).loss,
    others: OTHERS.map((spec, i) => async () => (await ask(metrics(spec))).others[i]),
    sigma: async () => (await ask(metrics(SIGMA))).sigma,
  }), [ask]);

  const x = X_AXIS_SPECS[xAxis];
  // Four in rows of three would leave a hole.
  const panels = OTHERS.length + Number(lines.sigma.length > 0) + Number(run.status === 'running');
  const hasEnded = run.status === 'completed' || run.status === 'failed' || run.status === 'cancelled';
  return (
    <Stack gap="md">
      <h2 className="visually-hidden">Curves</h2>
      <ChartToolbar settings={settings} />
      {live.error && <ErrorPanel error={live.error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <LineChartPanel title={LOSS.title} lead={run.kind === 'distill' ? 'Training: distance from what the teacher predicts. Validation: denoising loss on pictures never trained on.' : LOSS.lead} series={lines.loss} whole={whole.loss} x={x} y={LOSS.y} settings={settings} height={336} empty={live.loading ? 'Loading.' : hasEnded ? 'This run has no values.' : 'The first point appears within seconds of the start.'} />
        {samples}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: panels === 4 ? 2 : 3 }} spacing="md">
        {OTHERS.map((spec, i) => (
          <LineChartPanel key={spec.title} title={spec.title} series={lines.others[i]} whole={whole.others[i]} x={x} y={spec.y} settings={settings} allowLogY={spec.logY ?? false} height={190} empty={live.loading ? 'Loading.' : hasEnded ? 'This run has no values.' : undefined} />
        ))}
        {lines.sigma.length > 0 && <LineChartPanel title={SIGMA.title} lead={SIGMA.lead} series={lines.sigma} whole={whole.sigma} x={x} y={SIGMA.y} settings={settings} allowLogY={false} height={190} />}
        {run.status === 'running' && meters}
      </SimpleGrid>
    </Stack>
  );
}
