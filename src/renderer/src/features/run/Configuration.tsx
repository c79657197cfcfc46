import { Code, Group, Table, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '@shared/entities';
import { CopyText } from '../../components/CopyText';
import { Section } from '../../components/Section';
import { flatten } from '../../format/flatten';

/** The frozen configuration, by dotted name. */
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
      <Table fz="sm" maw={720}>
        <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th>Value</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.map(([key, value]) => <Table.Tr key={key}><Table.Td>{key}</Table.Td><Table.Td>{value}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
