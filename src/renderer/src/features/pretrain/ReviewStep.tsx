/** What will be started, in words; of a copy only what differs is marked. */
import { Stack, Table, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { TextField } from '../../components/form/fields';
import type { StepProps } from './ModelStep';
import { fromRun, INITIAL, type PretrainValues } from './values';

const ROWS: { label: string; show(v: PretrainValues): string }[] = [
  { label: 'Hidden size × depth', show: (v) => `${v.hiddenSize} × ${v.depth}` },
  { label: 'Heads, patch size', show: (v) => `${v.heads}, ${v.patchSize}` },
  { label: 'Form', show: (v) => (v.factorised ? `factorised, rank ${v.rankPerType ? Object.entries(v.ranks).map(([t, r]) => `${t} ${r}`).join(', ') : (v.rank ?? v.hiddenSize)}` : 'dense') },
  { label: 'Noise schedule, prediction', show: (v) => `${v.noise}, ${v.prediction}${v.learnSigma ? ', learned variances' : ''}` },
  { label: 'Steps × batch', show: (v) => `${v.steps} × ${v.batchSize}${(v.accumulate ?? 1) > 1 ? ` × ${v.accumulate}` : ''}` },
  { label: 'Learning rate', show: (v) => `${v.learningRate ?? 'default'} ${v.schedule}, ${v.warmupSteps} steps of warm-up` },
  { label: 'Weight decay, clipping', show: (v) => `${v.weightDecay ?? 0}, ${v.gradientClip ? v.gradientClip : 'none'}` },
  { label: 'EMA decay, label dropout', show: (v) => `${v.emaDecay}, ${v.labelDropout}` },
  { label: 'Mirroring', show: (v) => (v.horizontalFlip ? 'at random' : 'never') },
  { label: 'Seed', show: (v) => String(v.seed ?? 0) },
  { label: 'Sample grids', show: (v) => (v.sampleEvery === 0 ? 'none' : `${v.sampleCount ?? 16} pictures, ${v.sampleSteps}, ${v.sampleEvery === undefined ? 'about ten per run' : `every ${v.sampleEvery} steps`}`) },
  { label: 'Saved state', show: (v) => (v.checkpointEvery ? `every ${v.checkpointEvery} steps` : 'at the end') },
];

export function ReviewStep({ values, set, problems, dataset, original }: StepProps & { original: Run | undefined }) {
  const base = original ? fromRun(original) : INITIAL;
  return (
    <Stack gap="md">
      <TextField label="Name of the run" field="name" problems={problems} value={values.name} onChange={(name) => set({ name })} placeholder={`${values.factorised ? 'Pretrain' : 'Dense'} ${dataset?.name ?? ''} ${values.hiddenSize}×${values.depth}`} />
      <Table fz="sm" maw={620}>
        <Table.Thead>
          <Table.Tr><Table.Th>Setting</Table.Th><Table.Th>Value</Table.Th><Table.Th>{original ? 'In the original' : 'Default'}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr><Table.Td>Data</Table.Td><Table.Td>{dataset?.name ?? '–'}</Table.Td><Table.Td /></Table.Tr>
          {ROWS.map(({ label, show }) => {
            const now = show(values);
            const before = show(base);
            return (
              <Table.Tr key={label}>
                <Table.Td>{label}</Table.Td>
                <Table.Td fw={now === before ? 400 : 600}>{now}</Table.Td>
                <Table.Td><Text size="sm" c="dimmed">{now === before ? 'same' : before}</Text></Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed">From here on the configuration is fixed: a resumed run repeats it exactly.</Text>
    </Stack>
  );
}
