import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { plural } from '../../format/format';

export interface ReviewRow {
  label: string;
  value: string;
  /** What it would be otherwise: shown beside `value` where the two differ. */
  before?: string;
  /** Shown also where the two are the same: what one looks at before anything else. */
  main?: boolean;
}

/** So few unchanged rows are not worth a door. */
const FEW = 3;

/** What will be started, in words. With `compared`, the heading of another column, what differs from it stands first and the rest behind a button. */
export function ReviewTable({ rows, compared }: { rows: readonly ReviewRow[]; compared?: string }) {
  const [isWhole, setWhole] = useState(false);
  const isSame = (row: ReviewRow) => compared !== undefined && row.before === row.value;
  const same = rows.filter((row) => isSame(row) && !row.main);
  const folds = same.length > FEW;
  const shown = folds && !isWhole ? rows.filter((row) => !same.includes(row)) : rows;
  return (
    <div>
      <Table fz="sm" maw={compared ? undefined : 560}>
        {compared && (
          <Table.Thead>
            <Table.Tr><Table.Th>Setting</Table.Th><Table.Th>Value</Table.Th><Table.Th>{compared}</Table.Th></Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>
          {shown.map((row) => (
            <Table.Tr key={row.label}>
              <Table.Td c={compared ? undefined : 'dimmed'}>{row.label}</Table.Td>
              <Table.Td fw={row.before !== undefined && !isSame(row) ? 600 : 400}>{row.value}</Table.Td>
              {compared && <Table.Td>{row.before !== undefined && <Text size="sm" c="dimmed">{isSame(row) ? 'same' : row.before}</Text>}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {folds && (
        <Button variant="subtle" size="compact-sm" mt={6} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show only what is chosen' : `Show ${plural(same.length, 'more setting')} ${compared === 'Default' ? 'left at the default' : 'kept from the original'}`}
        </Button>
      )}
    </div>
  );
}
