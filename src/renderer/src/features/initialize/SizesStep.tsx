/** Which depths: usual ones as buttons, any other by number; what each costs stands in the table below. */
import { Stack, Text } from '@mantine/core';
import type { DiTConfig, Ranks } from '@shared/config';
import { targetShape } from '@shared/targetShape';
import type { Planned, Problem } from '../../client/plan';
import { DepthField } from '../../components/form/DepthField';
import { usualDepths } from '../learngenes/reuse';
import { ShapeFields } from './ShapeFields';
import { SizesTable } from './SizesTable';
import type { InitializeValues } from './values';

interface SizesStepProps {
  model: DiTConfig;
  ranks: Ranks;
  values: InitializeValues;
  set(change: Partial<InitializeValues>): void;
  planned: Planned;
  problems: readonly Problem[];
}

export function SizesStep({ model, ranks, values, set, planned, problems }: SizesStepProps) {
  const { depths } = values;
  const onDepths = (next: number[]) => set({ depths: next });
  return (
    <Stack gap="md">
      <Text size="sm">The learngene comes from {model.depth} layers of width {model.hiddenSize}. Choose the numbers of layers that you need.</Text>
      <DepthField usual={usualDepths(model.depth)} depths={depths} onDepths={onDepths} problems={problems} />
      <SizesTable target={targetShape(model, values)} ranks={ranks} depths={depths} planned={planned} onRemove={(d) => onDepths(depths.filter((other) => other !== d))} />
      <ShapeFields values={values} set={set} source={model} problems={problems} />
    </Stack>
  );
}
