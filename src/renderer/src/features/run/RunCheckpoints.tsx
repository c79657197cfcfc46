import { Group, Table, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Section';
import { formatBytes, formatCount, formatTime, formatValue } from '../../format/format';

/** The models that the run left, and what comes next with them. */
export function RunCheckpoints({ run }: { run: Run }) {
  const checkpoints = useCall('checkpoints.list', { runId: run.id });
  return (
    <Section title="Checkpoints" lead="Finished models. The state to resume from is kept apart and is not listed here.">
      <Loaded query={checkpoints} height={120}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">The checkpoint is written when the run completes.</Text>
          ) : (
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th><Table.Th>Form</Table.Th><Table.Th className="number">Step</Table.Th><Table.Th className="number">Parameters</Table.Th><Table.Th className="number">Validation loss</Table.Th><Table.Th className="number">Size</Table.Th><Table.Th className="number">Made</Table.Th><Table.Th>Next</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((c) => (
                  <Table.Tr key={c.id}>
                    <Table.Td><TextLink to={`/checkpoints/${c.id}`}>{c.name}</TextLink></Table.Td>
                    <Table.Td>{c.form}</Table.Td>
                    <Table.Td className="number">{c.step.toLocaleString('en')}</Table.Td>
                    <Table.Td className="number">{formatCount(c.parameters)}</Table.Td>
                    <Table.Td className="number">{formatValue(c.loss)}</Table.Td>
                    <Table.Td className="number">{formatBytes(c.bytes)}</Table.Td>
                    <Table.Td className="number">{formatTime(c.createdAt)}</Table.Td>
                    <Table.Td>
                      <Group gap={4} wrap="nowrap">
                        {run.kind !== 'initialize' && <LinkButton size="compact-sm" variant="default" to="/extract" search={{ checkpoint: c.id }}>Extract</LinkButton>}
                        <LinkButton size="compact-sm" variant="default" to="/train" search={{ checkpoint: c.id }}>Train on</LinkButton>
                        <LinkButton size="compact-sm" variant="default" to="/export" search={{ checkpoint: c.id }}>Export</LinkButton>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Section>
  );
}
