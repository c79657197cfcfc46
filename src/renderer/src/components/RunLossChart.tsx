/** The loss of one run, small: raw and smoothed, live. */
import { useMemo } from 'react';
import { useRunLive } from '../client/useRunLive';
import { useZoomed } from '../client/zoom';
import { LineChartPanel } from './chart/LineChartPanel';
import { BARE_AXIS, toChartPoints, X_AXIS_SPECS } from './chart/runSeries';
import { useChartSettings } from './chart/settings';
import type { ChartSeries } from './chart/types';

const SCALE = { imagesPerStep: 1, datasetImages: null, sittings: [] };

export function RunLossChart({ runId, height }: { runId: string | undefined; height?: number }) {
  const live = useRunLive(runId, 400);
  const settings = useChartSettings('small');
  const lines = useMemo(() => [{ runId: runId ?? '', series: live.series }], [runId, live.series]);
  const loss = useZoomed(lines, settings.zoom, (_, p) => p.step, { key: 'loss' })[0].series.get('loss');
  const series = useMemo<ChartSeries[]>(() => [{ key: 'loss', label: 'Loss', points: loss ? toChartPoints(loss, 'step', SCALE) : [] }], [loss]);
  return <LineChartPanel title="Loss" series={series} x={X_AXIS_SPECS.step} y={BARE_AXIS} settings={settings} height={height} empty="The first point appears within seconds." />;
}
