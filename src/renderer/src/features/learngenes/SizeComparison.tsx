/** Bytes of one learngene beside the bytes of the models that it initialises, to one scale. */
import { Text } from '@mantine/core';
import { formatBytes } from '../../format/format';
import type { Reuse } from './reuse';

export function SizeComparison({ bytes, rows }: { bytes: number; rows: readonly Reuse[] }) {
  const most = Math.max(bytes, ...rows.map((r) => r.denseBytes));
  const together = rows.reduce((sum, r) => sum + r.denseBytes, 0);
  return (
    <div>
      <div role="list" style={{ display: 'grid', gridTemplateColumns: 'max-content minmax(60px, 1fr) max-content', gap: '6px 12px', alignItems: 'center' }}>
        <Bar label="Learngene" bytes={bytes} most={most} strong />
        {rows.map((r) => <Bar key={r.depth} label={`Dense, depth ${r.depth}`} bytes={r.denseBytes} most={most} />)}
      </div>
      <Text size="sm" mt="sm">
        {bytes < together ? <>One file of {formatBytes(bytes)} instead of {formatBytes(together)} for these {rows.length} models: {formatBytes(together - bytes)} saved.</> : <>At this rank the learngene is larger than the models listed; a lower rank makes it smaller.</>}
      </Text>
    </div>
  );
}

function Bar({ label, bytes, most, strong = false }: { label: string; bytes: number; most: number; strong?: boolean }) {
  return (
    <div role="listitem" style={{ display: 'contents' }}>
      <Text size="sm" fw={strong ? 600 : 400}>{label}</Text>
      <div style={{ height: 12, borderRadius: 3, background: 'var(--sunk)' }}>
        <div style={{ width: `${(bytes / most) * 100}%`, minWidth: 2, height: '100%', borderRadius: 3, background: strong ? 'var(--accent)' : 'var(--mantine-color-gray-5)' }} />
      </div>
      <Text size="sm" ta="right" fw={strong ? 600 : 400}>{formatBytes(bytes)}</Text>
    </div>
  );
}
