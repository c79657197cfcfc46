/** What the paper reports, beside one's own comparison and clearly not of it. */
import { Group, Table, Text } from '@mantine/core';
import { Section } from '../../components/Section';
import type { PaperTable } from './paper';

export function PaperFigures({ tables }: { tables: readonly PaperTable[] }) {
  return (
    <Section title="The paper’s figures" lead="FINE, arXiv 2409.19289: FID on ImageNet at 256 × 256, lower is better, after 100,000 steps. Not measured here, and another measure than the loss above: compare the order, not the numbers.">
      <Group align="flex-start" gap="xl">
        {tables.map((table) => (
          <Table.ScrollContainer key={table.title} minWidth={320} style={{ flex: '1 1 22rem', maxWidth: '36rem' }}>
            <Table fz="xs" verticalSpacing={3} captionSide="top">
              <Table.Caption mt={0} ta="left"><Text span size="sm" fw={600} c="var(--mantine-color-text)">{table.title}</Text></Table.Caption>
              <Table.Thead>
                <Table.Tr><Table.Th>Model</Table.Th>{table.columns.map((c) => <Table.Th key={c} className="number">{c}</Table.Th>)}</Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {table.rows.map((row) => (
                  <Table.Tr key={row.model}>
                    <Table.Td>{row.model}</Table.Td>
                    {row.values.map((v, i) => <Table.Td key={table.columns[i]} className="number" fw={v === Math.min(...row.values) ? 650 : 400}>{v.toFixed(2)}</Table.Td>)}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Group>
    </Section>
  );
}
