/** One button per line: a click hides or shows it, with Alt only it stays. */
import { Group, UnstyledButton } from '@mantine/core';
import { Symbols, type SymbolType } from 'recharts';
import type { LineLook } from './colours';
import type { ChartSeries } from './types';

/** How points are drawn: their shape, and whether a line joins them. */
export interface PointLook {
  shape: SymbolType;
  line: boolean;
}

interface LegendProps {
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  hidden: ReadonlySet<string>;
  onChange(hidden: ReadonlySet<string>): void;
  /** Of a chart of points; without, each entry is a line. */
  points?: ReadonlyMap<string, PointLook>;
}

export function Legend({ series, looks, hidden, onChange, points }: LegendProps) {
  const toggle = (key: string, alone: boolean) => {
    if (alone) {
      onChange(new Set(series.map((s) => s.key).filter((k) => k !== key)));
      return;
    }
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onChange(next);
  };
  return (
    <Group gap={4} mah={64} style={{ overflow: 'auto' }}>
      {series.map((s) => {
        const look = looks.get(s.key);
        const point = points?.get(s.key);
        const off = hidden.has(s.key);
        return (
          <UnstyledButton key={s.key} aria-pressed={!off} title="Click hides or shows this line, with Alt it alone stays" onClick={(e) => toggle(s.key, e.altKey)} px={6} py={2} style={{ display: 'inline-flex', gap: 6, alignItems: 'center', minHeight: 24, fontSize: '0.75rem', color: off ? 'var(--mantine-color-dimmed)' : undefined, textDecoration: off ? 'line-through' : undefined }}>
            <svg width={point && !point.line ? 12 : 24} height={12} aria-hidden style={{ opacity: off ? 0.35 : 1 }}>
              {(!point || point.line) && <line x1={0} x2={24} y1={6} y2={6} stroke={look?.color} strokeWidth={point ? 1.4 : 2.2} strokeDasharray={look?.dash} />}
              {point && <Symbols cx={point.line ? 12 : 6} cy={6} type={point.shape} size={64} fill={look?.color} />}
            </svg>
            {s.label}
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
