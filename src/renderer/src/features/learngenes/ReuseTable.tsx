/** One learngene against many depths: what each costs, and how much of it is already there. */
import { Progress, Table, Text } from '@mantine/core';
import { formatBytes, formatCount, formatPercent } from '../../format/format';
import type { Reuse } from './reuse';

export function ReuseTable({ rows, sourceDepth, made }: { rows: readonly Reuse[]; sourceDepth: number; made?: ReadonlySet<number> }) {
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Depth</Table.Th>
            <Table.Th className="number">Parameters</Table.Th>
            <Table.Th className="number">Tuned</Table.Th>
            <Table.Th className="number">As dense</Table.Th>
            <Table.Th className="number">Dense file</Table.Th>
            <Table.Th className="number">MACs per image</Table.Th>
            <Table.Th miw={150}>Carried over</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Table.Tr key={r.depth}>
              <Table.Td>
                {r.depth}
                {r.depth === sourceDepth && <Text span size="xs" c="dimmed"> source</Text>}
                {made?.has(r.depth) && <Text span size="xs" c="var(--accent)"> made</Text>}
              </Table.Td>
              <Table.Td className="number">{formatCount(r.parameters)}</Table.Td>
              <Table.Td className="number">{formatCount(r.tuned)}</Table.Td>
              <Table.Td className="number">{formatCount(r.dense)}</Table.Td>
              <Table.Td className="number">{formatBytes(r.denseBytes)}</Table.Td>
              <Table.Td className="number">{formatCount(r.macs)}</Table.Td>
              <Table.Td>
                <div style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
                  <Progress value={Math.min(1, r.share) * 100} size={6} flex={1} aria-label={`Carried over at depth ${r.depth}`} />
                  <Text size="xs" w={40} ta="right">{formatPercent(r.share)}</Text>
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
