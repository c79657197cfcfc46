/** Values under the crosshair, largest first. */
import { Paper, Text } from '@mantine/core';
import type { LineLook } from './colours';
import type { Axis, ChartSeries } from './types';

const MOST = 12;

interface ChartTipProps {
  active?: boolean;
  label?: unknown;
  payload?: readonly { dataKey?: unknown; value?: unknown }[];
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  x: Axis;
  formatX(value: number): string;
  formatY(value: number): string;
}

export function ChartTip({ active, label, payload, series, looks, x, formatX, formatY }: ChartTipProps) {
  if (!active || !payload) return null;
  const rows = series
    .flatMap((s) => {
      const value = payload.find((p) => p.dataKey === s.key)?.value;
      return typeof value === 'number' ? [{ s, value }] : [];
    })
    .toSorted((a, b) => b.value - a.value);
  if (rows.length === 0) return null;
  return (
    <Paper px="xs" py={4} shadow="sm" style={{ fontSize: '0.75rem' }}>
      <Text size="xs" c="dimmed">{x.label} {formatX(Number(label))}{x.unit ? ` ${x.unit}` : ''}</Text>
      <table style={{ borderSpacing: 0 }}>
        <tbody>
          {rows.slice(0, MOST).map(({ s, value }) => {
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
      {rows.length > MOST && <Text size="xs" c="dimmed">and {rows.length - MOST} more</Text>}
    </Paper>
  );
}
