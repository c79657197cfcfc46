/** What one does with the sizes: sample, train on, export, compare. */
import { Group, Table, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { LinkButton } from '../../components/links';
import { Section } from '../../components/Section';
import { outcome } from './outcome';

export function NextSteps({ runs, learngeneId }: { runs: readonly Run[]; learngeneId: string | null }) {
  const done = runs.map(outcome).filter((o) => o.checkpointId !== null);
  return (
    <Section title="What next" actions={learngeneId && <LinkButton size="compact-sm" variant="default" to={`/learngenes/${learngeneId}`}>Sigma of all sizes</LinkButton>}>
      {done.length === 0 ? (
        <Text size="sm" c="dimmed">When a size is done, it can be sampled, trained on without the constraint, and exported.</Text>
      ) : (
        <Table w="auto" fz="sm" highlightOnHover={false}>
          <Table.Tbody>
            {done.map((o) => (
              <Table.Tr key={o.checkpointId}>
                <Table.Th scope="row" pr="xl">Depth {o.depth}</Table.Th>
                <Table.Td>
                  <Group gap="xs">
                    <LinkButton size="compact-sm" variant="default" to={`/checkpoints/${o.checkpointId}`}>Sample</LinkButton>
                    <LinkButton size="compact-sm" variant="default" to="/train" search={{ checkpoint: o.checkpointId }}>Train on</LinkButton>
                    <LinkButton size="compact-sm" variant="default" to="/export" search={{ checkpoint: o.checkpointId }}>Export</LinkButton>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
