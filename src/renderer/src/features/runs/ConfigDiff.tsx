import { Table, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { Section } from '../../components/Section';
import { differing } from './columns';

/** Settings in which the runs differ; what is equal is left out. */
export function ConfigDiff({ runs }: { runs: readonly Run[] }) {
  const rows = differing(runs);
  return (
    <Section title="Differences in configuration">
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">These runs have the same configuration.</Text>
      ) : (
        <Table.ScrollContainer minWidth={200 + runs.length * 140}>
          <Table fz="sm">
            <Table.Thead><Table.Tr><Table.Th>Setting</Table.Th>{runs.map((r) => <Table.Th key={r.id}>{r.name}</Table.Th>)}</Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map(({ key, values }) => <Table.Tr key={key}><Table.Td>{key}</Table.Td>{values.map((v, i) => <Table.Td key={runs[i].id}>{v ?? '–'}</Table.Td>)}</Table.Tr>)}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}
