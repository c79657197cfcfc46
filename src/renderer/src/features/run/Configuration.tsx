import { Box, Code, Group, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '@shared/entities';
import { CopyText } from '../../components/CopyText';
import { Section } from '../../components/Section';
import { flatten } from '../../format/flatten';

/** The part that a dotted name begins with; names of one word stand together. */
const partOf = ([name]: [string, string]) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : 'run');

/** The frozen configuration, by dotted name, its parts in columns. */
export function Configuration({ run }: { run: Run }) {
  const [filter, setFilter] = useState('');
  const rows = flatten(run.config).filter(([key]) => key.toLowerCase().includes(filter.toLowerCase()));
  return (
    <Section
      title="Configuration"
      lead="As it was frozen when the run was made. A resumed run uses the same."
      actions={
        <>
          <TextInput size="xs" placeholder="Filter" aria-label="Filter the configuration" value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />
          <CopyText label="Copy as JSON" text={JSON.stringify(run.config, null, 2)} />
        </>
      }
    >
      <Group gap="xs" mb="sm"><span>Hash</span><Code>{run.configHash}</Code><span>Run</span><Code>{run.id}</Code></Group>
      {rows.length === 0 && <Text size="sm" c="dimmed">Nothing matches the filter.</Text>}
      <Box style={{ columns: '22rem 3', columnGap: '2rem' }}>
        {[...Map.groupBy(rows, partOf)].map(([part, members]) => (
          <Table key={part} fz="sm" verticalSpacing={3} mb="md" layout="fixed" aria-label={`Configuration: ${part}`} style={{ breakInside: 'avoid' }}>
            <Table.Thead><Table.Tr><Table.Th>{part}</Table.Th><Table.Th><span className="visually-hidden">Value</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {members.map(([key, value]) => <Table.Tr key={key}><Table.Td>{key}</Table.Td><Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td></Table.Tr>)}
            </Table.Tbody>
          </Table>
        ))}
      </Box>
    </Section>
  );
}
