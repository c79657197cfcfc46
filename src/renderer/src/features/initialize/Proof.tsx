/** The proof that tuning left U and V alone: their hash in the learngene, before and after, for every size. */
import { Badge, Table, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import { CopyText } from '../../components/CopyText';
import { Section } from '../../components/Section';
import { outcome } from './outcome';

const short = (hash: string | null) => (hash ? `${hash.slice(0, 16)}…` : '–');

/** `expected` is the learngene's own hash. */
export function Proof({ runs, expected }: { runs: readonly Run[]; expected: string | null }) {
  const rows = runs.map((run) => ({ id: run.id, ...outcome(run) }));
  const done = rows.filter((r) => r.uvBefore !== null);
  const text = [`learngene ${expected ?? 'unknown'}`, ...done.map((r) => `depth ${r.depth}: ${r.derived ? 'derived, ' : ''}before ${r.uvBefore}, after ${r.uvAfter}`)].join('\n');
  return (
    <Section title="U and V untouched" lead={`SHA-256 over the shared factors: of the learngene, and of every size before and after tuning.${rows.some((r) => r.derived) ? ' For another width, heads or patches U and V are derived from the learngene first, so theirs is another hash; what is shown is that tuning left the derived ones alone.' : ''}`} actions={done.length > 0 && <CopyText label="Copy the hashes" text={text} />}>
      <Table.ScrollContainer minWidth={520}>
        <Table fz="sm" w="auto" miw={520}>
          <Table.Thead><Table.Tr><Table.Th>Size</Table.Th><Table.Th>Before</Table.Th><Table.Th>After</Table.Th><Table.Th>Equal</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            <Table.Tr><Table.Td>Learngene</Table.Td><Table.Td ff="monospace">{short(expected)}</Table.Td><Table.Td /><Table.Td /></Table.Tr>
            {rows.map((r) => {
              const same = r.uvBefore !== null && r.uvBefore === r.uvAfter && (r.derived || expected === null || r.uvBefore === expected);
              return (
                <Table.Tr key={r.id}>
                  <Table.Td>Depth {r.depth}</Table.Td>
                  <Table.Td ff="monospace">{short(r.uvBefore)}</Table.Td>
                  <Table.Td ff="monospace">{short(r.uvAfter)}</Table.Td>
                  <Table.Td>{r.uvBefore === null ? <Text size="sm" c="dimmed">when it is done</Text> : <Badge color={same ? 'viridian' : 'madder'} leftSection={same ? <IconCheck size={12} aria-hidden /> : <IconX size={12} aria-hidden />}>{!same ? 'changed' : r.derived ? 'derived, then untouched' : 'untouched'}</Badge>}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
