/** The drawn part of a line chart. Dragging over it zooms; a double click shows everything again. */
import { memo, useState } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { ChartTip } from './ChartTip';
import type { LineLook } from './colours';
import { bandKey, type ChartRow, rawKey } from './rows';
import { clockTicks, niceTicks } from './ticks';
import type { Axis, ChartSeries } from './types';

interface LinePlotProps {
  rows: ChartRow[];
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  x: Axis;
  y: Axis;
  height: number;
  logX: boolean;
  logY: boolean;
  smoothed: boolean;
  syncId: string;
  zoomed: boolean;
  onZoom(zoom: readonly [number, number] | null): void;
  formatX(value: number): string;
  formatY(value: number): string;
}

const TICK = { fill: 'var(--chart-axis)', fontSize: 11 };

function LinePlotInner({ rows, series, looks, x, y, height, logX, logY, smoothed, syncId, zoomed, onZoom, formatX, formatY }: LinePlotProps) {
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const [first, last] = [rows[0].x, rows[rows.length - 1].x];
  const ticks = x.clock && !logX ? clockTicks(first, last, 5) : niceTicks(first, last, 6, logX);
  const at = (state: { activeLabel?: string | number | undefined }) => (state.activeLabel === undefined ? null : Number(state.activeLabel));
  const endDrag = () => {
    if (drag && drag[0] !== drag[1]) onZoom([Math.min(...drag), Math.max(...drag)]);
    setDrag(null);
  };
  return (
    <ResponsiveContainer width="100%" height={height} debounce={60}>
      <ComposedChart
        data={rows}
        margin={{ top: 6, right: 14, bottom: 14, left: 4 }}
        syncId={syncId}
        syncMethod="value"
        accessibilityLayer={false}
        style={{ cursor: 'crosshair', userSelect: 'none' }}
        onMouseDown={(state) => {
          const start = at(state);
          if (start !== null) setDrag([start, start]);
        }}
        onMouseMove={(state) => {
          const now = at(state);
          if (drag && now !== null) setDrag([drag[0], now]);
        }}
        onMouseUp={endDrag}
        onMouseLeave={endDrag}
        onDoubleClick={() => zoomed && onZoom(null)}
      >
        <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
        <XAxis dataKey="x" type="number" scale={logX ? 'log' : 'linear'} domain={['dataMin', 'dataMax']} ticks={ticks} tick={TICK} tickLine={false} stroke="var(--line)" tickFormatter={formatX} minTickGap={36} height={34} label={{ value: x.unit ? `${x.label} (${x.unit})` : x.label, position: 'insideBottom', offset: 0, fill: 'var(--chart-axis)', fontSize: 11 }} />
        <YAxis type="number" scale={logY ? 'log' : 'linear'} domain={['auto', 'auto']} allowDataOverflow={false} tick={TICK} tickLine={false} axisLine={false} tickFormatter={(v: number) => formatTick(v, formatY)} width={52} label={y.label ? { value: y.label, angle: -90, position: 'insideLeft', offset: 4, fill: 'var(--chart-axis)', fontSize: 11, style: { textAnchor: 'middle' } } : undefined} />
        <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--chart-axis)', strokeDasharray: '3 3' }} content={(props) => <ChartTip active={props.active} label={props.label} payload={props.payload as never} series={series} looks={looks} x={x} formatX={formatX} formatY={formatY} />} />
        {series.filter((s) => s.band).map((s) => <Area key={bandKey(s.key)} dataKey={bandKey(s.key)} stroke="none" fill={looks.get(s.key)!.color} fillOpacity={0.15} isAnimationActive={false} connectNulls activeDot={false} />)}
        {smoothed && series.filter((s) => !s.exact).map((s) => <Line key={rawKey(s.key)} dataKey={rawKey(s.key)} stroke={looks.get(s.key)!.color} strokeOpacity={0.38} strokeWidth={1} dot={false} activeDot={false} isAnimationActive={false} connectNulls />)}
        {series.map((s) => {
          const { color, dash } = looks.get(s.key)!;
          return <Line key={s.key} dataKey={s.key} stroke={color} strokeWidth={1.8} strokeDasharray={dash || undefined} dot={s.dots ? { r: 3, fill: color, strokeWidth: 0 } : false} activeDot={{ r: 3.5 }} isAnimationActive={false} connectNulls />;
        })}
        {drag && drag[0] !== drag[1] && <ReferenceArea x1={drag[0]} x2={drag[1]} fill="var(--accent)" fillOpacity={0.15} stroke="var(--accent)" />}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** Axis figures need fewer digits than values: 0.120 -> 0.12. */
function formatTick(value: number, format: (value: number) => string): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e4 ? String(rounded).replace('-', '−') : format(rounded);
}

export const LinePlot = memo(LinePlotInner);
