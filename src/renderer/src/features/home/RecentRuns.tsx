import { Table, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { AppError } from '@shared/errors';
import type { Result } from '@shared/protocol';
import { TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { RUN_KIND_LABELS, RunStatus } from '../../components/RunStatus';
import { Section } from '../../components/Section';
import { formatTime, formatValue } from '../../format/format';

/** The latest runs, newest first. */
export function RecentRuns({ runs }: { runs: UseQueryResult<Result<'runs.list'>, AppError> }) {
  return (
    <Section title="Recent work" actions={<TextLink to="/runs">All runs</TextLink>}>
      <Loaded query={runs} height={220}>
        {(page) =>
          page.runs.length === 0 ? (
            <Text size="sm" c="dimmed">No runs yet.</Text>
          ) : (
            <Table.ScrollContainer minWidth={420}>
              <Table fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Run</Table.Th>
                    <Table.Th>State</Table.Th>
                    <Table.Th className="number">Loss</Table.Th>
                    <Table.Th className="number">Made</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {page.runs.map((run) => (
                    <Table.Tr key={run.id}>
                      <Table.Td>
                        <TextLink to={`/runs/${run.id}`}>{run.name}</TextLink>
                        <Text size="xs" c="dimmed">{RUN_KIND_LABELS[run.kind]}</Text>
                      </Table.Td>
                      <Table.Td><RunStatus status={run.status} /></Table.Td>
                      <Table.Td className="number">{formatValue(run.metrics.loss?.last, 3)}</Table.Td>
                      <Table.Td className="number">{formatTime(run.createdAt)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </Section>
  );
}
