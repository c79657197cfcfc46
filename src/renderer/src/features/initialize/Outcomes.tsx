import { Table } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useLatestEvaluations } from '../../client/evaluations';
import { LatestFigure } from '../../components/LatestFigure';
import { TextLink } from '../../components/links';
import { Section } from '../../components/Section';
import { formatCount, formatDuration, formatPercent, formatValue } from '../../format/format';
import { outcome } from './outcome';

/** Loss before and after per size; rows are there from the start and fill as the runs end. */
export function Outcomes({ runs }: { runs: readonly Run[] }) {
  const evaluations = useLatestEvaluations();
  return (
    <Section title="Before and after" lead="Validation loss of each size at its start, and after tuning." flush>
      <Table.ScrollContainer minWidth={640}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Depth</Table.Th><Table.Th>Checkpoint</Table.Th><Table.Th className="number">Parameters</Table.Th><Table.Th className="number">Tuned</Table.Th>
              <Table.Th className="number">Loss before</Table.Th><Table.Th className="number">Loss after</Table.Th><Table.Th className="number">Change</Table.Th><Table.Th className="number">Quality</Table.Th><Table.Th className="number">Time</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map((run) => {
              const o = outcome(run);
              const change = o.lossBefore && o.lossAfter !== null ? o.lossAfter / o.lossBefore - 1 : null;
              return (
                <Table.Tr key={run.id}>
                  <Table.Td fw={600}>{o.depth}</Table.Td>
                  <Table.Td>{o.checkpointId ? <TextLink to={`/checkpoints/${o.checkpointId}`}>Open it</TextLink> : 'when it is done'}</Table.Td>
                  <Table.Td className="number">{formatCount(o.parameters)}</Table.Td>
                  <Table.Td className="number">{formatCount(o.tuned)}</Table.Td>
                  <Table.Td className="number">{formatValue(o.lossBefore)}</Table.Td>
                  <Table.Td className="number">{formatValue(o.lossAfter)}</Table.Td>
                  <Table.Td className="number">{change === null ? '–' : `${change > 0 ? '+' : '−'}${formatPercent(Math.abs(change), 1)}`}</Table.Td>
                  <Table.Td className="number">{o.checkpointId ? <LatestFigure evaluation={evaluations.get(o.checkpointId)} /> : '–'}</Table.Td>
                  <Table.Td className="number">{run.elapsedMs > 0 ? formatDuration(run.elapsedMs) : '–'}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
