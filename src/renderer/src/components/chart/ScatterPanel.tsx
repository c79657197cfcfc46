/** Points in a plane, such as layers or models, as a chart with legend, table and export. Series differ by shape as well as by colour. */
import { Paper, Table, Text, Title, Group } from '@mantine/core';
import { type ReactNode, useId, useRef, useState } from 'react';
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts';
import { toCsv } from '../../format/csv';
import { formatValue } from '../../format/format';
import { fileName, saveText } from '../../format/save';
import { ChartMenu, type SaveKind } from './ChartMenu';
import { type LineLook, useLineLook } from './colours';
import { saveChartPng, saveChartSvg } from './exportChart';
import { Legend, type PointLook } from './Legend';
import { logAxis } from './ticks';
import type { Axis } from './types';

export interface ScatterPoint {
  x: number;
  y: number;
  /** Named in the tip and the table. */
  label: string;
}

export interface ScatterSeries {
  key: string;
  label: string;
  points: readonly ScatterPoint[];
  /** Joins the points in their order. */
  line?: boolean;
}

interface ScatterPanelProps {
  title: string;
  lead?: ReactNode;
  series: readonly ScatterSeries[];
  x: Axis;
  y: Axis;
  height?: number;
  logX?: boolean;
  logY?: boolean;
  empty?: string;
  onPoint?(series: string, index: number): void;
}

const SHAPES = ['circle', 'triangle', 'square', 'diamond', 'star', 'cross', 'wye'] as const;
const TICK = { fill: 'var(--chart-axis)', fontSize: 11 };
const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

export function ScatterPanel({ title, lead, series, x, y, height = 260, logX = false, logY = false, empty = 'No values yet.', onPoint }: ScatterPanelProps) {
  const id = useId();
  const look = useLineLook();
  const plot = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState(NOTHING_HIDDEN);
  const looks = new Map<string, LineLook>(series.map((s, i) => [s.key, look(i)]));
  const points = new Map<string, PointLook>(series.map((s, i) => [s.key, { shape: SHAPES[i % SHAPES.length], line: s.line === true }]));
  const visible = series.filter((s) => !hidden.has(s.key));
  const formatX = x.format ?? ((v: number) => formatValue(v, 3));
  const formatY = y.format ?? ((v: number) => formatValue(v, 3));
  const axisName = (axis: Axis) => (axis.unit ? `${axis.label} (${axis.unit})` : axis.label);
  const tip = ({ active, payload }: { active?: boolean; payload?: readonly { payload?: unknown }[] }) => <Tip point={active ? (payload?.[0]?.payload as TipPoint | undefined) : undefined} x={x} y={y} formatX={formatX} formatY={formatY} />;
  const logs = { x: logX ? logAxis(series.flatMap((s) => s.points.map((p) => p.x))) : null, y: logY ? logAxis(series.flatMap((s) => s.points.map((p) => p.y))) : null };
  const count = series.reduce((sum, s) => sum + s.points.length, 0);

  const save = (kind: SaveKind) => {
    if (kind === 'csv') {
      saveText(toCsv(['Series', 'Point', axisName(x), axisName(y)], series.flatMap((s) => s.points.map((p) => [s.label, p.label, p.x, p.y]))), fileName(title, 'csv'), 'text/csv');
      return;
    }
    const drawn = plot.current?.querySelector<SVGSVGElement>('svg.recharts-surface');
    if (!drawn) return;
    const legend = visible.map((s) => ({ label: s.label, ...looks.get(s.key)! }));
    if (kind === 'svg') saveChartSvg(drawn, title, legend);
    else void saveChartPng(drawn, title, legend);
  };

  return (
    <Paper component="section" aria-labelledby={id} p="sm" miw={0}>
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={4} align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Title order={3} id={id}>{title}</Title>
          {lead && <Text size="xs" c="dimmed" component="div">{lead}</Text>}
        </div>
        <ChartMenu title={title} asTable={asTable} onAsTable={setAsTable} onSave={save} />
      </Group>
      {asTable ? (
        <div style={{ height, overflow: 'auto' }} tabIndex={0} role="region" aria-label={`${title} as table`}>
          <Table stickyHeader fz="xs" verticalSpacing={2}>
            <Table.Thead><Table.Tr><Table.Th>Series</Table.Th><Table.Th>Point</Table.Th><Table.Th className="number">{axisName(x)}</Table.Th><Table.Th className="number">{axisName(y)}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {visible.flatMap((s) => s.points.map((p, i) => <Table.Tr key={`${s.key} ${i}`}><Table.Td>{s.label}</Table.Td><Table.Td>{p.label}</Table.Td><Table.Td className="number">{formatX(p.x)}</Table.Td><Table.Td className="number">{formatY(p.y)}</Table.Td></Table.Tr>))}
            </Table.Tbody>
          </Table>
        </div>
      ) : (
        <div ref={plot} style={{ height, position: 'relative', overflowX: 'clip' }} role="img" aria-label={`${title}: ${count} points in ${series.length} series.`}>
          {count === 0 ? (
            <Text component="div" className="sunk" size="sm" c="dimmed" h="100%" style={{ display: 'grid', placeItems: 'center' }}>{empty}</Text>
          ) : (
            <ResponsiveContainer width="100%" height={height} debounce={60}>
              <ScatterChart margin={{ top: 8, right: 16, bottom: 14, left: 8 }} accessibilityLayer={false}>
                <CartesianGrid stroke="var(--chart-grid)" />
                <XAxis type="number" dataKey="x" scale={logX ? 'log' : 'linear'} domain={logs.x?.domain ?? ['auto', 'auto']} ticks={logs.x?.ticks} tick={TICK} tickLine={false} stroke="var(--line)" tickFormatter={formatX} minTickGap={40} height={34} label={{ value: axisName(x), position: 'insideBottom', offset: 0, fill: 'var(--chart-axis)', fontSize: 11 }} />
                <YAxis type="number" dataKey="y" scale={logY ? 'log' : 'linear'} domain={logs.y?.domain ?? ['auto', 'auto']} ticks={logs.y?.ticks} tick={TICK} tickLine={false} stroke="var(--line)" tickFormatter={formatY} width={66} label={{ value: axisName(y), angle: -90, position: 'insideLeft', offset: 2, fill: 'var(--chart-axis)', fontSize: 11, style: { textAnchor: 'middle' } }} />
                <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--chart-axis)', strokeDasharray: '3 3' }} content={tip} />
                {visible.map((s) => {
                  const { color, dash } = looks.get(s.key)!;
                  return <Scatter key={s.key} name={s.label} data={s.points.map((p) => ({ ...p, series: s.label }))} fill={color} shape={points.get(s.key)!.shape} isAnimationActive={false} line={s.line ? { stroke: color, strokeWidth: 1.4, strokeDasharray: dash || undefined } : false} cursor={onPoint ? 'pointer' : undefined} onClick={onPoint && ((_, index) => onPoint(s.key, index))} />;
                })}
              </ScatterChart>
            </ResponsiveContainer>
          )}
        </div>
      )}
      {series.length > 1 && <Legend series={series.map((s) => ({ key: s.key, label: s.label, points: [] }))} looks={looks} points={points} hidden={hidden} onChange={setHidden} />}
    </Paper>
  );
}

type TipPoint = ScatterPoint & { series: string };

function Tip({ point, x, y, formatX, formatY }: { point: TipPoint | undefined; x: Axis; y: Axis; formatX(v: number): string; formatY(v: number): string }) {
  if (!point) return null;
  return (
    <Paper px="xs" py={4} shadow="sm" style={{ fontSize: '0.75rem' }}>
      <Text size="xs" fw={600}>{point.series}{point.series !== point.label && `, ${point.label}`}</Text>
      <Text size="xs">{x.label} {formatX(point.x)} {x.unit}</Text>
      <Text size="xs">{y.label} {formatY(point.y)} {y.unit}</Text>
    </Paper>
  );
}
