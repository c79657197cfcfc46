/** One button per line: a click hides or shows it, with Alt only it stays. */
import { Group, UnstyledButton } from '@mantine/core';
import type { LineLook } from './colours';
import type { ChartSeries } from './types';

interface LegendProps {
  series: readonly ChartSeries[];
  looks: ReadonlyMap<string, LineLook>;
  hidden: ReadonlySet<string>;
  onChange(hidden: ReadonlySet<string>): void;
}

export function Legend({ series, looks, hidden, onChange }: LegendProps) {
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
        const off = hidden.has(s.key);
        return (
          <UnstyledButton key={s.key} aria-pressed={!off} title="Click hides or shows this line, with Alt it alone stays" onClick={(e) => toggle(s.key, e.altKey)} px={6} py={2} style={{ display: 'inline-flex', gap: 6, alignItems: 'center', minHeight: 24, fontSize: '0.75rem', color: off ? 'var(--mantine-color-dimmed)' : undefined, textDecoration: off ? 'line-through' : undefined }}>
            <svg width={24} height={8} aria-hidden style={{ opacity: off ? 0.35 : 1 }}>
              <line x1={0} x2={24} y1={4} y2={4} stroke={look?.color} strokeWidth={2.2} strokeDasharray={look?.dash} />
            </svg>
            {s.label}
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
