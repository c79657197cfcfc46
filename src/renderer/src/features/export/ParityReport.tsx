import { Table } from '@mantine/core';
import type { Parity } from '@shared/entities';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';

const small = (n: number) => (n === 0 ? '0' : n.toExponential(2).replace('-', '−'));

/** Every comparison of the written file with the engine: over batch sizes, timesteps and seeds. */
export function ParityReport({ parity: p }: { parity: Parity }) {
  return (
    <Section title="Parity report" lead={`Compared with ${p.against}, over ${p.rows.length} batches.`}>
      <Stats>
        <Stat label="Verdict" value={p.pass ? 'passed' : 'failed'} />
        <Stat label="Largest difference" value={small(p.maxAbs)} help={`Tolerance ${p.tolerance.toExponential(0)}; outputs are of the order of 1.`} />
        <Stat label="Tolerance" value={p.tolerance.toExponential(0).replace('-', '−')} />
        <Stat label="Mean difference" value={small(p.meanAbs)} />
        <Stat label="Smallest cosine" value={p.cosine.toFixed(9)} />
      </Stats>
      <div className="sunk" tabIndex={0} role="region" aria-label="Rows of the parity report" style={{ maxHeight: 300, overflow: 'auto', marginTop: 12 }}>
        <Table fz="xs" stickyHeader verticalSpacing={3}>
          <Table.Thead><Table.Tr><Table.Th className="number">Batch</Table.Th><Table.Th className="number">Timestep</Table.Th><Table.Th className="number">Seed</Table.Th><Table.Th className="number">Largest difference</Table.Th><Table.Th className="number">Mean difference</Table.Th><Table.Th className="number">Cosine</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {p.rows.map((r) => (
              <Table.Tr key={`${r.batch} ${r.timestep} ${r.seed}`}>
                <Table.Td className="number">{r.batch}</Table.Td><Table.Td className="number">{r.timestep}</Table.Td><Table.Td className="number">{r.seed}</Table.Td>
                <Table.Td className="number">{small(r.maxAbs)}</Table.Td><Table.Td className="number">{small(r.meanAbs)}</Table.Td><Table.Td className="number">{r.cosine.toFixed(9)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}
