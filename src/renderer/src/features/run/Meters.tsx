/** What the run takes of the machine, over the last two minutes, beside what was estimated. */
import { Group, Paper, Text, Title } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useCall, useMeters } from '../../client/hooks';
import { formatBytes, formatPercent } from '../../format/format';

export function Meters({ run }: { run: Run }) {
  const meters = useMeters(run.id);
  const info = useCall('app.info', {}).data;
  const last = meters.at(-1);
  const memory = info?.memoryBytes ?? 1;
  return (
    <Paper component="section" aria-label="Machine" p="sm" miw={0}>
      <Title order={3} mb="sm">Machine</Title>
      <Meter label="Processor" value={last ? formatPercent(last.cpu) : '–'} points={meters.map((m) => m.cpu)} />
      <Meter label="Memory of the worker" value={last ? `${formatBytes(last.rss)} of ${formatBytes(memory)}` : '–'} points={meters.map((m) => m.rss / memory)} />
      {last?.gpu != null && <Meter label="Graphics card" value={formatPercent(last.gpu)} points={meters.map((m) => m.gpu ?? 0)} />}
      {!last && <Text size="xs" c="dimmed">Measured while the run works.</Text>}
    </Paper>
  );
}

/** A sparkline from 0 to 1. */
function Meter({ label, value, points }: { label: string; value: string; points: number[] }) {
  const width = 200;
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${((i / Math.max(1, points.length - 1)) * width).toFixed(1)} ${(33 - Math.min(1, p) * 32).toFixed(1)}`).join('');
  return (
    <div style={{ marginBottom: 10 }}>
      <Group justify="space-between"><Text size="xs" c="dimmed">{label}</Text><Text size="xs" fw={550}>{value}</Text></Group>
      <svg className="sunk" viewBox={`0 0 ${width} 34`} preserveAspectRatio="none" width="100%" height={34} aria-hidden>
        <path d={path} fill="none" stroke="var(--accent)" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
