/** What will be started, in words; of a copy only what differs is marked. */
import { Stack, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { TextField } from '../../components/form/fields';
import { trainingRows } from '../../components/form/training';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import type { StepProps } from './ModelStep';
import { fromRun, INITIAL, type PretrainValues } from './values';

interface Row {
  label: string;
  main?: boolean;
  show(v: PretrainValues): string;
}

const MODEL: readonly Row[] = [
  { label: 'Hidden size × depth', main: true, show: (v) => `${v.hiddenSize} × ${v.depth}` },
  { label: 'Heads, patch size', show: (v) => `${v.heads}, ${v.patchSize}` },
  { label: 'Form', show: (v) => (v.factorised ? `factorised, rank ${v.rankPerType ? Object.entries(v.ranks).map(([t, r]) => `${t} ${r}`).join(', ') : (v.rank ?? v.hiddenSize)}` : 'dense') },
  { label: 'Noise schedule, prediction', show: (v) => `${v.noise}, ${v.prediction}${v.learnSigma ? ', learned variances' : ''}` },
];
const GRIDS: readonly Row[] = [
  { label: 'Sample grids', show: (v) => (v.sampleEvery === 0 ? 'none' : `${v.sampleCount ?? 16} pictures, ${v.sampleSteps}, ${v.sampleEvery === undefined ? 'about ten per run' : `every ${v.sampleEvery} steps`}`) },
];

export function ReviewStep({ values, set, problems, dataset, original }: StepProps & { original: Run | undefined }) {
  const base = original ? fromRun(original) : INITIAL;
  const rowOf = ({ label, main, show }: Row) => ({ label, main, value: show(values), before: show(base) });
  return (
    <Stack gap="md">
      <TextField label="Name of the run" field="name" problems={problems} value={values.name} onChange={(name) => set({ name })} placeholder={`${values.factorised ? 'Pretrain' : 'Dense'} ${dataset?.name ?? ''} ${values.hiddenSize}×${values.depth}`} />
      <ReviewTable compared={original ? 'In the original' : 'Default'} rows={[{ label: 'Data', value: dataset?.name ?? '–' }, ...MODEL.map(rowOf), ...trainingRows(values, base, dataset), ...GRIDS.map(rowOf)]} />
      <Text size="sm" c="dimmed">From here on the configuration is fixed: a resumed run repeats it exactly.</Text>
    </Stack>
  );
}
