/** The figures of one evaluation beside those that real pictures reach, and the held-out loss by timestep. */
import { Stack, Table, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Evaluation } from '@shared/entities';
import { MEASURES } from '@shared/quality';
import { formatDuration, formatTime, formatValue, plural } from '../../format/format';
import { describeDrawing } from './evaluating';

export function QualityResult({ evaluation: e }: { evaluation: Evaluation }) {
  return (
    <Stack gap="xs" aria-label="Result" role="group">
      <Text size="sm">
        {plural(e.samples, 'sample')} ({describeDrawing(e)}) against {plural(e.realImages, 'real picture')}, on {e.featureName}. {formatTime(e.createdAt)}, took {formatDuration(e.elapsedMs)}.
      </Text>
      <Table.ScrollContainer minWidth={720}>
        <Table fz="sm" aria-label="Figures">
          <Table.Thead>
            <Table.Tr><Table.Th>Figure</Table.Th><Table.Th className="number">Value</Table.Th><Table.Th className="number">Real against real</Table.Th><Table.Th>Better</Table.Th><Table.Th>What it says</Table.Th></Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {e.figures.map((f) => (
              <Table.Tr key={f.metric}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{f.name}</Table.Td>
                <Table.Td className="number" fw={600}>{formatValue(f.value)}</Table.Td>
                <Table.Td className="number">{formatValue(f.floor)}</Table.Td>
                <Table.Td><Better direction={f.better} /></Table.Td>
                <Table.Td c="dimmed">{MEASURES[f.metric]}</Table.Td>
              </Table.Tr>
            ))}
            {e.validation && (
              <Table.Tr>
                <Table.Td>Held-out loss</Table.Td>
                <Table.Td className="number" fw={600}>{formatValue(e.validation.loss)}</Table.Td>
                <Table.Td className="number">–</Table.Td>
                <Table.Td><Better direction="lower" /></Table.Td>
                <Table.Td c="dimmed">Denoising error on pictures that training never saw. By timestep: {e.validation.bands.map((b) => `${b.from}–${b.to - 1}: ${formatValue(b.loss, 3)}`).join(', ')}.</Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        “Real against real” compares two halves of the real pictures: what a perfect model would about reach.
        {e.omitted.map(({ label, reason }) => ` No ${label}: ${reason}`).join('')}
      </Text>
    </Stack>
  );
}

function Better({ direction }: { direction: 'lower' | 'higher' }) {
  const Arrow = direction === 'lower' ? IconArrowDown : IconArrowUp;
  return <span style={{ whiteSpace: 'nowrap' }}><Arrow size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {direction}</span>;
}
