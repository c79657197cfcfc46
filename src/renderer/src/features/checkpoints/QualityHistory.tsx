/** Earlier evaluations of the same checkpoint; one of them is shown above. */
import { Anchor, Table, Title } from '@mantine/core';
import type { Evaluation } from '@shared/entities';
import { formatTime, formatValue } from '../../format/format';
import { describeDrawing } from './evaluating';

export function QualityHistory({ evaluations, shownId, onShow }: { evaluations: readonly Evaluation[]; shownId: string; onShow(id: string): void }) {
  if (evaluations.length < 2) return null;
  return (
    <div>
      <Title order={3} mt="md" mb={4}>Measured before</Title>
      <Table.ScrollContainer minWidth={620} mah={260}>
        <Table fz="sm" aria-label="Evaluations of this checkpoint">
          <Table.Thead><Table.Tr><Table.Th>Made</Table.Th><Table.Th>Features</Table.Th><Table.Th className="number">Samples</Table.Th><Table.Th>Drawn with</Table.Th><Table.Th>Figure</Table.Th><Table.Th className="number">Value</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {evaluations.map((e) => (
              <Table.Tr key={e.id} bg={e.id === shownId ? 'var(--accent-soft)' : undefined}>
                <Table.Td><Anchor component="button" type="button" size="sm" aria-pressed={e.id === shownId} aria-label={`Show the evaluation of ${formatTime(e.createdAt)}`} onClick={() => onShow(e.id)}>{formatTime(e.createdAt)}</Anchor></Table.Td>
                <Table.Td>{e.featureName}</Table.Td>
                <Table.Td className="number">{e.samples.toLocaleString('en')}</Table.Td>
                <Table.Td>{describeDrawing(e)}</Table.Td>
                <Table.Td>{e.figures[0]?.name.split('-')[0]}</Table.Td>
                <Table.Td className="number">{formatValue(e.figures[0]?.value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
