/** One row per method and depth: what it began with, where it ended, what was trained for it. */
import { ActionIcon, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useLatestEvaluations } from '../../client/evaluations';
import { TextLink } from '../../components/links';
import { RunStatus } from '../../components/RunStatus';
import { Section } from '../../components/Section';
import { toCsv } from '../../format/csv';
import { formatCount, formatDuration, formatValue } from '../../format/format';
import { fileName, saveText } from '../../format/save';
import type { Spread } from '@shared/spread';
import type { Row } from './comparisons';
import { qualityOf } from './quality';

/** The deviation with as many decimals as the mean, so that the two are read together. */
function withSpread(s: Spread | null): string {
  if (s === null) return '–';
  const mean = formatValue(s.mean);
  return s.deviation === null ? mean : `${mean} ± ${s.deviation.toFixed(mean.split('.')[1]?.length ?? 0)}`;
}

/** Steps as they were spent: adaptation first. */
const stepsOf = (r: Row) => (r.adaptation > 0 ? `${r.adaptation.toLocaleString('en')} + ${(r.steps - r.adaptation).toLocaleString('en')}` : r.steps.toLocaleString('en'));

export function ResultTable({ title, rows }: { title: string; rows: readonly Row[] }) {
  const ordered = rows.toSorted((a, b) => a.depth - b.depth || (a.after?.mean ?? Infinity) - (b.after?.mean ?? Infinity));
  const best = new Map<number, number>();
  for (const r of rows) if (r.after) best.set(r.depth, Math.min(best.get(r.depth) ?? Infinity, r.after.mean));
  const evaluations = useLatestEvaluations();
  const qualities = new Map(rows.map((r) => [r.id, qualityOf(r.runs, evaluations)]));
  const measured = [...qualities.values()].some((quality) => quality !== null);
  const contested = (depth: number) => rows.filter((r) => r.depth === depth && r.after).length > 1;
  const save = () =>
    saveText(
      toCsv(
        ['Depth', 'Method', 'Seeds', 'Validation loss before', 'Validation loss after', 'Standard deviation', 'Steps', 'Steps of adaptation', 'Steps of pretraining', 'Tuned parameters', 'Carried parameters', 'Time (ms)', 'Quality', 'Figure'],
        ordered.map((r) => [r.depth, r.method, r.runs.length, r.before?.mean ?? null, r.after?.mean ?? null, r.after?.deviation ?? null, r.steps, r.adaptation, r.pretrained, r.trained, r.carried, r.elapsedMs?.mean ?? null, qualities.get(r.id)?.value.mean ?? null, qualities.get(r.id)?.name ?? null]),
      ),
      fileName(title, 'csv'),
      'text/csv',
    );
  return (
    <Section title="Result" lead="Validation loss, ± one standard deviation over the seeds. Steps: adaptation + free training." flush actions={<Tooltip label="Save as CSV"><ActionIcon aria-label="Save the result as CSV" onClick={save}><IconDownload size={16} /></ActionIcon></Tooltip>}>
      <Table.ScrollContainer minWidth={920}>
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Depth</Table.Th><Table.Th miw="11rem">Method</Table.Th><Table.Th>Runs</Table.Th>
              <Table.Th className="number">Loss before</Table.Th><Table.Th className="number">Loss after</Table.Th>{measured && <Table.Th className="number">Quality</Table.Th>}<Table.Th className="number">Steps</Table.Th>
              <Table.Th className="number">Carried over</Table.Th><Table.Th className="number">Tuned</Table.Th><Table.Th className="number">Pretraining</Table.Th><Table.Th className="number">Time</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ordered.map((r, i) => {
              const wins = r.after !== null && contested(r.depth) && r.after.mean === best.get(r.depth);
              return (
                <Table.Tr key={r.id}>
                  <Table.Td fw={600}>{ordered[i - 1]?.depth === r.depth ? <span className="visually-hidden">{r.depth}</span> : r.depth}</Table.Td>
                  <Table.Td fw={wins ? 650 : 400}>{r.method}{wins && <Text span size="xs" c="var(--accent)"> lowest</Text>}</Table.Td>
                  <Table.Td>
                    <Group gap={6}>
                      {r.runs.map((run) => {
                        const { seed = 0 } = (run.config.train ?? {}) as { seed?: number };
                        return <Group key={run.id} gap={4} wrap="nowrap"><TextLink to={`/runs/${run.id}`} style={{ whiteSpace: 'nowrap' }}>seed {seed}</TextLink>{run.status !== 'completed' && <RunStatus status={run.status} />}</Group>;
                      })}
                    </Group>
                  </Table.Td>
                  <Table.Td className="number">{withSpread(r.before)}</Table.Td>
                  <Table.Td className="number" fw={wins ? 650 : 400}>{withSpread(r.after)}</Table.Td>
                  {measured && <Table.Td className="number"><Quality of={qualities.get(r.id) ?? null} /></Table.Td>}
                  <Table.Td className="number">{stepsOf(r)}</Table.Td>
                  <Table.Td className="number">{formatCount(r.carried)}</Table.Td>
                  <Table.Td className="number">{formatCount(r.trained)}</Table.Td>
                  <Table.Td className="number">{r.pretrained === null ? '–' : r.pretrained.toLocaleString('en')}</Table.Td>
                  <Table.Td className="number">{formatDuration(r.elapsedMs?.mean)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" px="md" pb="sm">Validation loss is measured on pictures that are never trained on, at fixed noise. Carried over: numbers that came from the source. Tuned: those that the adaptation trained. Pretraining: steps behind the source, paid once for all sizes.</Text>
    </Section>
  );
}

/** With the features and samples that it stands on: across rows only equal names can be compared. */
function Quality({ of }: { of: ReturnType<typeof qualityOf> }) {
  if (!of) return <>–</>;
  return <span style={{ whiteSpace: 'nowrap' }}>{withSpread(of.value)} <Text span size="xs" c="dimmed">{of.name}</Text></span>;
}
