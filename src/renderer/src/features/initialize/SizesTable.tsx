/** The chosen sizes with their costs: what the host has planned, and until then what follows from the shape alone. */
import { ActionIcon, Table, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { ditConfigSchema, type Ranks } from '@shared/config';
import type { TargetShape } from '@shared/targetShape';
import type { Planned } from '../../client/plan';
import { formatBytes, formatCount, formatDuration } from '../../format/format';
import { reuseAt } from '../learngenes/reuse';

interface SizesTableProps {
  target: TargetShape;
  ranks: Ranks;
  depths: readonly number[];
  planned: Planned;
  onRemove?(depth: number): void;
}

export function SizesTable({ target: { model, sigma }, ranks, depths, planned, onRemove }: SizesTableProps) {
  if (depths.length === 0) return <Text className="sunk" size="sm" c="dimmed" p="lg" ta="center">Choose at least one depth; each one becomes a model of its own.</Text>;
  // What cannot exist is said beside its field; figures of it would be nonsense.
  if (!ditConfigSchema.safeParse(model).success) return null;
  const complete = planned.plans.length === depths.length && !planned.pending;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table fz="sm" horizontalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Depth</Table.Th>
            <Table.Th className="number">Parameters</Table.Th>
            <Table.Th className="number">Carried over</Table.Th>
            <Table.Th className="number">Tuned</Table.Th>
            <Table.Th className="number">MACs</Table.Th>
            <Table.Th className="number">Memory to tune</Table.Th>
            <Table.Th className="number">Memory to sample</Table.Th>
            <Table.Th className="number">Time</Table.Th>
            {onRemove && <Table.Th><span className="visually-hidden">Remove</span></Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {depths.map((depth, i) => {
            const size = reuseAt(model, ranks, depth, sigma.tuneOuter);
            const plan = complete ? planned.plans[i] : undefined;
            return (
              <Table.Tr key={depth}>
                <Table.Td fw={600}>{depth}</Table.Td>
                <Table.Td className="number">{formatCount(size.parameters)}</Table.Td>
                <Table.Td className="number">{formatCount(size.carried)}</Table.Td>
                <Table.Td className="number">{formatCount(plan?.trainedParameters ?? size.tuned)}</Table.Td>
                <Table.Td className="number">{formatCount(plan?.macs ?? size.macs)}</Table.Td>
                <Table.Td className="number">{formatBytes(plan?.trainingBytes)}</Table.Td>
                <Table.Td className="number">{formatBytes(plan?.inferenceBytes)}</Table.Td>
                <Table.Td className="number">{plan ? (plan.totalMs === null ? 'not known yet' : formatDuration(plan.totalMs)) : '–'}</Table.Td>
                {onRemove && <Table.Td><ActionIcon size="sm" aria-label={`Remove depth ${depth}`} onClick={() => onRemove(depth)}><IconX size={14} /></ActionIcon></Table.Td>}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
