import { Table, Text } from '@mantine/core';

export interface ReviewRow {
  label: string;
  value: string;
  /** What it would be otherwise: shown beside `value` where the two differ. */
  before?: string;
}

/** What will be started, in words. With `compared`, the heading of another column, what differs from it is marked. */
export function ReviewTable({ rows, compared }: { rows: readonly ReviewRow[]; compared?: string }) {
  return (
    <Table fz="sm" maw={compared ? undefined : 560}>
      {compared && (
        <Table.Thead>
          <Table.Tr><Table.Th>Setting</Table.Th><Table.Th>Value</Table.Th><Table.Th>{compared}</Table.Th></Table.Tr>
        </Table.Thead>
      )}
      <Table.Tbody>
        {rows.map(({ label, value, before }) => (
          <Table.Tr key={label}>
            <Table.Td c={compared ? undefined : 'dimmed'}>{label}</Table.Td>
            <Table.Td fw={before !== undefined && value !== before ? 600 : 400}>{value}</Table.Td>
            {compared && <Table.Td>{before !== undefined && <Text size="sm" c="dimmed">{value === before ? 'same' : before}</Text>}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
