/** A chart of lines over one x axis with everything around it: legend, crosshair, zoom, smoothing, table, export. */
import { Group, Paper, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { memo, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { describeError, toErrorInfo } from '@shared/errors';
import { formatCount, formatValue, plural } from '../../format/format';
import { fileName, saveText } from '../../format/save';
import { chartCsv } from './chartCsv';
import { ChartMenu, type SaveKind } from './ChartMenu';
import { ChartTable } from './ChartTable';
import { type LineLook, useLineLook } from './colours';
import { saveChartPng, saveChartSvg } from './exportChart';
import { Legend } from './Legend';
import { LinePlot } from './LinePlot';
import { chartRows } from './rows';
import type { ChartSettings } from './settings';
import type { Axis, ChartSeries } from './types';
import { useTurn } from './turns';
import { useSpoken } from './useSpoken';

interface LineChartPanelProps {
  title: string;
  series: readonly ChartSeries[];
  x: Axis;
  y: Axis;
  settings: ChartSettings;
  /** False keeps a linear y axis whatever the page's switch says. */
  allowLogY?: boolean;
  height?: number;
  /** Said instead of an empty plot. */
  empty?: string;
  lead?: string;
  /** The same lines with every point, for the file; left out where `series` has them all. */
  whole?(): Promise<readonly ChartSeries[]>;
}

const NOTHING_HIDDEN: ReadonlySet<string> = new Set();
const formatPlain = (v: number) => formatValue(v);

function LineChartPanelInner({ title, series: latest, x, y, settings, allowLogY = true, height = 230, empty = 'No values yet.', lead, whole }: LineChartPanelProps) {
  const series = useTurn(latest);
  const [hidden, setHidden] = useState(NOTHING_HIDDEN);
  const [asTable, setAsTable] = useState(false);
  const plot = useRef<HTMLDivElement>(null);
  const id = useId();
  const look = useLineLook();
  const order = series.map((s, i) => `${s.index ?? i}|${s.key}`).join('\n');
  const looks = useMemo(() => new Map<string, LineLook>(order.split('\n').map((o) => [o.slice(o.indexOf('|') + 1), look(Number(o.slice(0, o.indexOf('|'))))])), [order, look]);
  const visible = useMemo(() => series.filter((s) => !hidden.has(s.key)), [series, hidden]);
  const { smoothing, logX, zoom } = settings;
  const logY = settings.logY && allowLogY;
  const rows = useMemo(() => chartRows(visible, { smoothing, logX, logY, zoom }), [visible, smoothing, logX, logY, zoom]);
  // Charts that come at once are drawn one after the other: until its turn this one waits, it lacks nothing.
  const isWaiting = series !== latest && latest.some((s) => s.points.length > 0);
  const nothing = isWaiting ? 'Drawing.' : zoom ? 'Nothing in this range.' : empty;
  const formatX = x.format ?? formatCount;
  const formatY = y.format ?? formatPlain;

  const last = series[0]?.points.at(-1);
  const spoken = useSpoken(last && last.y !== null ? `${title}: ${formatY(last.y)}${y.unit ? ` ${y.unit}` : ''} at ${x.label.toLowerCase()} ${formatX(last.x)}` : '');

  const [saving, setSaving] = useState(false);
  const currentSave = useRef<(kind: SaveKind) => void>(undefined);
  // The menu stays as it is while the curves grow.
  const onSave = useCallback((kind: SaveKind) => currentSave.current?.(kind), []);
  const saveCsv = async (all: boolean) => {
    setSaving(true);
    try {
      saveText(chartCsv(all && whole ? await whole() : series, x, zoom), fileName(title, 'csv'), 'text/csv');
    } catch (error) {
      notifications.show({ title: `${title} was not saved`, message: describeError(toErrorInfo(error)), color: 'madder', autoClose: false });
    }
    setSaving(false);
  };
  const save = (kind: SaveKind) => {
    if (kind === 'csv' || kind === 'csvShown') {
      void saveCsv(kind === 'csv');
      return;
    }
    const drawn = plot.current?.querySelector<SVGSVGElement>('svg.recharts-surface');
    if (!drawn) return;
    const legend = visible.map((s) => ({ label: s.label, ...looks.get(s.key)! }));
    if (kind === 'svg') saveChartSvg(drawn, title, legend);
    else void saveChartPng(drawn, title, legend);
  };
  useEffect(() => {
    currentSave.current = save;
  });

  return (
    <Paper component="section" aria-labelledby={id} p="sm" miw={0}>
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={4}>
        <div style={{ minWidth: 0 }}>
          <Title order={3} id={id}>
            {title} {y.unit && <Text span size="xs" c="dimmed" fw={400}>{y.unit}</Text>}
          </Title>
          {lead && <Text size="xs" c="dimmed">{lead}</Text>}
        </div>
        <ChartMenu title={title} asTable={asTable} onAsTable={setAsTable} zoom={zoom} onZoom={settings.setZoom} onSave={onSave} saving={saving} thinned={whole !== undefined} />
      </Group>
      {asTable ? (
        <ChartTable title={title} rows={rows} series={visible} x={x} height={height} formatX={formatX} formatY={formatY} />
      ) : (
        <div ref={plot} style={{ height, position: 'relative' }} role="img" aria-label={rows.length > 0 ? `${title}, ${plural(visible.length, 'line')}. ${spoken}` : `${title}. ${nothing}`}>
          {rows.length > 0 ? (
            <LinePlot rows={rows} series={visible} looks={looks} x={x} y={y} height={height} logX={logX} logY={logY} smoothed={smoothing > 0} syncId={settings.syncId} onZoom={settings.setZoom} zoomed={zoom !== null} formatX={formatX} formatY={formatY} />
          ) : (
            <Text component="div" className="sunk" size="sm" c="dimmed" h="100%" style={{ display: 'grid', placeItems: 'center' }}>{nothing}</Text>
          )}
        </div>
      )}
      {series.length > 1 && <Legend series={series} looks={looks} hidden={hidden} onChange={setHidden} />}
      <div className="visually-hidden" aria-live="polite">{spoken}</div>
    </Paper>
  );
}

/** Drawn anew only when its own curves or choices change. */
export const LineChartPanel = memo(LineChartPanelInner);
