/**
 * Lines, bands and crosshair inside a chart's axes. Drawn as plain paths: the library's own line keeps several objects per
 * point and rebuilds them with every change, which a live chart cannot afford.
 */
import { memo } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { LineLook } from './colours';
import { nearestRow, useCrosshair } from './crosshair';
import { bandKey, type ChartRow, rawKey } from './rows';
import type { ChartSeries } from './types';

type Place = (value: number) => number | undefined;

interface MarksProps {
  rows: readonly ChartRow[];
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  smoothed: boolean;
  syncId: string;
  clipId: string;
}

/** Gaps are bridged; a value alone becomes a dot through its round cap. */
function linePath(rows: readonly ChartRow[], key: string, x: Place, y: Place): string {
  let path = '';
  for (const row of rows) {
    const value = row[key];
    if (typeof value !== 'number') continue;
    path += `${path ? 'L' : 'M'}${x(row.x)!.toFixed(1)} ${y(value)!.toFixed(1)}`;
  }
  return path && !path.includes('L') ? `${path}h0` : path;
}

function bandPath(rows: readonly ChartRow[], key: string, x: Place, y: Place): string {
  const parts = rows.flatMap((row) => (Array.isArray(row[key]) ? [{ x: x(row.x)!, band: row[key] as [number, number] }] : []));
  if (parts.length < 2) return '';
  const top = parts.map((p) => `${p.x.toFixed(1)} ${y(p.band[1])!.toFixed(1)}`);
  const bottom = parts.toReversed().map((p) => `${p.x.toFixed(1)} ${y(p.band[0])!.toFixed(1)}`);
  return `M${[...top, ...bottom].join('L')}Z`;
}

function MarksInner({ rows, series, looks, smoothed, syncId, clipId }: MarksProps) {
  const x = useXAxisScale() as Place | undefined;
  const y = useYAxisScale() as Place | undefined;
  const area = usePlotArea();
  const at = useCrosshair(syncId);
  if (!x || !y || !area) return null;
  const row = at === null ? null : nearestRow(rows, at);
  return (
    <g>
      <clipPath id={clipId}><rect x={area.x} y={area.y - 2} width={area.width} height={area.height + 4} /></clipPath>
      <g clipPath={`url(#${clipId})`} fill="none" strokeLinejoin="round" strokeLinecap="round">
        <Lines rows={rows} series={series} looks={looks} smoothed={smoothed} x={x} y={y} />
      </g>
      {row && (
        <g pointerEvents="none">
          <line x1={x(row.x)} x2={x(row.x)} y1={area.y} y2={area.y + area.height} stroke="var(--chart-axis)" strokeDasharray="3 3" />
          {series.map((s) => (typeof row[s.key] === 'number' ? <circle key={s.key} cx={x(row.x)} cy={y(row[s.key] as number)} r={3.5} fill={looks.get(s.key)!.color} stroke="var(--sheet)" /> : null))}
        </g>
      )}
    </g>
  );
}

/** Apart from the crosshair, so that moving the pointer redraws no line. */
const Lines = memo(function Lines({ rows, series, looks, smoothed, x, y }: Omit<MarksProps, 'syncId' | 'clipId'> & { x: Place; y: Place }) {
  return (
    <>
      {series.filter((s) => s.band).map((s) => <path key={bandKey(s.key)} d={bandPath(rows, bandKey(s.key), x, y)} fill={looks.get(s.key)!.color} fillOpacity={0.15} />)}
      {smoothed && series.filter((s) => !s.exact).map((s) => <path key={rawKey(s.key)} d={linePath(rows, rawKey(s.key), x, y)} stroke={looks.get(s.key)!.color} strokeOpacity={0.38} strokeWidth={1} />)}
      {series.map((s) => {
        const { color, dash } = looks.get(s.key)!;
        return (
          <g key={s.key}>
            {(!s.dots || s.points.length > 2) && <Line d={linePath(rows, s.key, x, y)} color={color} dash={dash} />}
            {s.dots && rows.map((row) => (typeof row[s.key] === 'number' ? <circle key={row.x} cx={x(row.x)} cy={y(row[s.key] as number)} r={3} fill={color} /> : null))}
          </g>
        );
      })}
    </>
  );
});

/** As thick as a dot where it is one: a line's width alone would not be seen. */
function Line({ d, color, dash }: { d: string } & LineLook) {
  return <path d={d} stroke={color} strokeWidth={d.endsWith('h0') ? 6 : 1.8} strokeDasharray={dash || undefined} />;
}

export const Marks = memo(MarksInner);
