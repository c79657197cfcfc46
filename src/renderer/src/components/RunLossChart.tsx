/** The loss of one run, small: raw and smoothed, live. */
import { useCallback, useMemo } from 'react';
import { useRunLive } from '../client/useRunLive';
import { useWhole } from '../client/whole';
import { type Lines, useZoomed } from '../client/zoom';
import { LineChartPanel } from './chart/LineChartPanel';
import { BARE_AXIS, toChartPoints, X_AXIS_SPECS } from './chart/runSeries';
import { useChartSettings } from './chart/settings';
import type { ChartSeries } from './chart/types';

const SCALE = { imagesPerStep: 1, datasetImages: null, sittings: [] };

function lossLine([{ series }]: readonly Lines[]): ChartSeries[] {
  return [{ key: 'loss', label: 'Loss', points: toChartPoints(series.get('loss') ?? [], 'step', SCALE) }];
}

export function RunLossChart({ runId, height }: { runId: string | undefined; height?: number }) {
  const live = useRunLive(runId, 400);
  const settings = useChartSettings('small');
  const lines = useMemo(() => [{ runId: runId ?? '', series: live.series }], [runId, live.series]);
  const zoomed = useZoomed(lines, settings.zoom, (_, p) => p.step, { key: 'loss' });
  const series = useMemo(() => lossLine(zoomed), [zoomed]);
  const ask = useWhole(lines, lossLine);
  const whole = useCallback(() => ask(['loss']), [ask]);
  return <LineChartPanel title="Loss" series={series} x={X_AXIS_SPECS.step} y={BARE_AXIS} settings={settings} height={height} whole={whole} empty="The first point appears within seconds." />;
}
