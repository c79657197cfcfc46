/** The drawn part of a line chart. Dragging over it zooms; a double click shows everything again. */
import { memo, type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import { CartesianGrid, ComposedChart, ReferenceArea, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { useStable } from '../../client/stable';
import { ChartTip } from './ChartTip';
import type { LineLook } from './colours';
import { setCrosshair } from './crosshair';
import { type Scale, valueScale } from './domain';
import { Marks } from './Marks';
import type { ChartRow } from './rows';
import { clockTicks, niceTicks, tickText, wholeTicks } from './ticks';
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
const MARGIN = { top: 8, right: 16, bottom: 4, left: 4 };
const AXIS = { left: 52, bottom: 34 };
/** A shorter drag is a click. */
const LEAST_DRAG = 6;

function LinePlotInner({ rows, series, looks, x, y, height, logX, logY, smoothed, syncId, zoomed, onZoom, formatX, formatY }: LinePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const clipId = useId();
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const first = rows[0].x;
  // One point alone still needs an axis with a length.
  const last = rows.length > 1 ? rows[rows.length - 1].x : first + 1;
  const scale = useStable(useMemo(() => valueScale(rows, logY), [rows, logY]));
  const xTicks = useStable(x.clock && !logX ? clockTicks(first, last, 5) : (x.whole ? wholeTicks : niceTicks)(first, last, 6, logX));
  const ends = useMemo(() => [{ x: first }, { x: last }], [first, last]);

  /** The value under the pointer. */
  const valueAt = (event: PointerEvent): number => {
    const { left, width } = box.current!.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left - AXIS.left - MARGIN.left) / (width - AXIS.left - MARGIN.left - MARGIN.right)));
    return logX ? first * (last / first) ** share : first + share * (last - first);
  };
  const endDrag = (event: PointerEvent) => {
    if (!drag) return;
    const { width } = box.current!.getBoundingClientRect();
    // Where the pointer is now: its last movement may not have been drawn yet.
    const [from, to] = [drag[0], valueAt(event)];
    const share = Math.abs(logX ? Math.log(to / from) / Math.log(last / first) : (to - from) / (last - first));
    if (share * width > LEAST_DRAG && event.type === 'pointerup') onZoom([Math.min(from, to), Math.max(from, to)]);
    setDrag(null);
  };

  return (
    <div
      ref={box}
      // Clipped, so that a drawing of the width before never widens a page that has become narrower.
      style={{ height, cursor: 'crosshair', touchAction: 'pan-y', userSelect: 'none', position: 'relative', overflowX: 'clip' }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([valueAt(event), valueAt(event)]);
      }}
      onPointerMove={(event) => {
        const value = valueAt(event);
        setCrosshair(syncId, value);
        setDrag((before) => (before ? [before[0], value] : before));
      }}
      onPointerUp={endDrag}
      onPointerCancel={endDrag}
      onPointerLeave={() => setCrosshair(syncId, null)}
      onDoubleClick={() => zoomed && onZoom(null)}
    >
      <ResponsiveContainer width="100%" height={height} debounce={60}>
        <ComposedChart data={ends} margin={MARGIN} accessibilityLayer={false}>
          <Axes first={first} last={last} xTicks={xTicks} scale={scale} logX={logX} logY={logY} xLabel={x.unit ? `${x.label} (${x.unit})` : x.label} yLabel={y.label} formatX={formatX} formatY={formatY} />
          <Marks rows={rows} series={series} looks={looks} smoothed={smoothed} syncId={syncId} clipId={clipId} />
          {drag && drag[0] !== drag[1] && <ReferenceArea x1={Math.min(...drag)} x2={Math.max(...drag)} fill="var(--accent)" fillOpacity={0.15} stroke="var(--accent)" />}
        </ComposedChart>
      </ResponsiveContainer>
      {!drag && <ChartTip rows={rows} series={series} looks={looks} x={x} formatX={formatX} formatY={formatY} syncId={syncId} place={(value) => (logX ? Math.log(value / first) / Math.log(last / first) : (value - first) / (last - first))} inset={{ left: AXIS.left + MARGIN.left, right: MARGIN.right }} />}
    </div>
  );
}

interface AxesProps extends Pick<LinePlotProps, 'logX' | 'logY' | 'formatX' | 'formatY'> {
  first: number;
  last: number;
  xTicks: number[];
  scale: Scale;
  xLabel: string;
  yLabel: string;
}

/** Told to the library again only when something about them changed: every telling lays the whole chart out anew. */
const Axes = memo(function Axes({ first, last, xTicks, scale, logX, logY, xLabel, yLabel, formatX, formatY }: AxesProps) {
  return (
    <>
      <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
      <XAxis dataKey="x" type="number" scale={logX ? 'log' : 'linear'} domain={[first, last]} allowDataOverflow ticks={xTicks} tick={TICK} tickLine={false} stroke="var(--line)" tickFormatter={formatX} minTickGap={28} height={AXIS.bottom} label={{ value: xLabel, position: 'insideBottom', offset: 2, fill: 'var(--chart-axis)', fontSize: 11 }} />
      <ValueAxis scale={scale} logY={logY} label={yLabel} formatY={formatY} />
    </>
  );
});

const ValueAxis = memo(function ValueAxis({ scale, logY, label, formatY }: { scale: Scale; logY: boolean; label: string; formatY(value: number): string }) {
  return <YAxis type="number" scale={logY ? 'log' : 'linear'} domain={scale.domain} ticks={scale.ticks} allowDataOverflow tick={TICK} tickLine={false} axisLine={false} tickFormatter={logY ? (v: number) => formatTick(v, formatY) : tickText(scale.ticks, formatY)} width={AXIS.left} label={label ? { value: label, angle: -90, position: 'insideLeft', offset: 4, fill: 'var(--chart-axis)', fontSize: 11, style: { textAnchor: 'middle' } } : undefined} />;
});

/** Figures of a logarithmic axis need fewer digits than values: 0.120 -> 0.12. */
function formatTick(value: number, format: (value: number) => string): string {
  const rounded = Number(value.toPrecision(3));
  return rounded === 0 || (Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e4) ? String(rounded).replace('-', '−') : format(rounded);
}

export const LinePlot = memo(LinePlotInner);
