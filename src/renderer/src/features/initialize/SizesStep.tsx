/** Which depths: usual ones as buttons, any other by number; what each costs stands in the table below. */
import { Stack, Text } from '@mantine/core';
import type { DiTConfig, Ranks } from '@shared/config';
import type { Planned, Problem } from '../../client/plan';
import { DepthField } from '../../components/form/DepthField';
import { usualDepths } from '../learngenes/reuse';
import { SizesTable } from './SizesTable';

interface SizesStepProps {
  model: DiTConfig;
  ranks: Ranks;
  depths: readonly number[];
  onDepths(depths: number[]): void;
  planned: Planned;
  problems: readonly Problem[];
}

export function SizesStep({ model, ranks, depths, onDepths, planned, problems }: SizesStepProps) {
  return (
    <Stack gap="md">
      <Text size="sm">The learngene comes from {model.depth} layers of width {model.hiddenSize}. Choose the numbers of layers that you need; width, heads and patches stay.</Text>
      <DepthField usual={usualDepths(model.depth)} depths={depths} onDepths={onDepths} problems={problems} />
      <SizesTable model={model} ranks={ranks} depths={depths} planned={planned} onRemove={(d) => onDepths(depths.filter((other) => other !== d))} />
    </Stack>
  );
}
