/** Values under the crosshair, largest first, beside it. */
import { Paper, Text } from '@mantine/core';
import type { LineLook } from './colours';
import { nearestRow, useCrosshair } from './crosshair';
import type { ChartRow } from './rows';
import type { Axis, ChartSeries } from './types';

const MOST = 12;

interface ChartTipProps {
  rows: readonly ChartRow[];
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  x: Axis;
  formatX(value: number): string;
  formatY(value: number): string;
  syncId: string;
  /** Share of the plot's width at which a value stands, 0 to 1. */
  place(value: number): number;
  /** Pixels between the box and the plot. */
  inset: { left: number; right: number };
}

export function ChartTip({ rows, series, looks, x, formatX, formatY, syncId, place, inset }: ChartTipProps) {
  const at = useCrosshair(syncId);
  const row = at === null ? null : nearestRow(rows, at);
  if (!row) return null;
  const values = series
    .flatMap((s) => (typeof row[s.key] === 'number' ? [{ s, value: row[s.key] as number }] : []))
    .toSorted((a, b) => b.value - a.value);
  if (values.length === 0) return null;
  const share = place(row.x);
  const beside = `calc(${inset.left}px + (100% - ${inset.left + inset.right}px) * ${share} + 10px)`;
  const before = `calc(${inset.right}px + (100% - ${inset.left + inset.right}px) * ${1 - share} + 10px)`;
  return (
    <Paper px="xs" py={4} shadow="sm" aria-hidden style={{ position: 'absolute', top: 4, ...(share < 0.6 ? { left: beside } : { right: before }), pointerEvents: 'none', fontSize: '0.75rem', zIndex: 2 }}>
      <Text size="xs" c="dimmed">{x.label} {formatX(row.x)}{x.unit ? ` ${x.unit}` : ''}</Text>
      <table style={{ borderSpacing: 0 }}>
        <tbody>
          {values.slice(0, MOST).map(({ s, value }) => {
            const look = looks.get(s.key);
            return (
              <tr key={s.key}>
                <td>
                  <svg width={18} height={8} aria-hidden><line x1={0} x2={16} y1={4} y2={4} stroke={look?.color} strokeWidth={2} strokeDasharray={look?.dash} /></svg>
                </td>
                <td style={{ paddingRight: 10, maxWidth: 180, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{s.label}</td>
                <td className="number">{formatY(value)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {values.length > MOST && <Text size="xs" c="dimmed">and {values.length - MOST} more</Text>}
    </Paper>
  );
}
