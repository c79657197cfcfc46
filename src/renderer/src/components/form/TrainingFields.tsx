/** How long and how it trains, and what is shown meanwhile. */
import { SimpleGrid, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { BACKEND_IDS } from '@shared/config';
import type { Dataset } from '@shared/entities';
import { useCall } from '../../client/hooks';
import type { Problem } from '../../client/plan';
import { ChoiceField, NumberField, SwitchField } from './fields';
import { MoreFields } from './MoreFields';
import { TRAINING, type TrainingValues, usualBatch, usualWarmup } from './training';
import { WeightingFields } from './WeightingFields';

interface TrainingFieldsProps {
  values: TrainingValues;
  set(change: Partial<TrainingValues>): void;
  problems: readonly Problem[];
  dataset: Dataset | undefined;
  /** More fields about the sample grids. */
  children?: ReactNode;
}

export function TrainingFields({ values: v, set, problems, dataset, children }: TrainingFieldsProps) {
  const backends = useCall('backends.list', {}).data;
  const images = dataset ? dataset.images - dataset.heldOut : 0;
  const seen = (v.steps ?? 0) * (v.batchSize ?? usualBatch(dataset)) * (v.accumulate ?? 1);
  const options = BACKEND_IDS.filter((id) => id === 'auto' || backends?.some((b) => b.id === id && b.available)).map((id) => ({ value: id as string, label: id === 'auto' ? 'As in the settings' : (backends?.find((b) => b.id === id)?.name ?? id) }));
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <NumberField label="Steps" field="train.steps" problems={problems} value={v.steps} onChange={(steps) => set({ steps })} min={1} step={100} help={images > 0 && seen > 0 ? `${epochs(seen / images)} epochs.` : undefined} />
        <NumberField label="Batch size" field="train.batchSize" problems={problems} value={v.batchSize} onChange={(batchSize) => set({ batchSize })} min={1} placeholder={String(usualBatch(dataset))} help="Pictures per step." />
        <NumberField label="Learning rate" field="train.learningRate" problems={problems} value={v.learningRate} onChange={(learningRate) => set({ learningRate })} min={0} step={0.0001} decimals={8} />
        <NumberField label="Seed" field="train.seed" problems={problems} value={v.seed} onChange={(seed) => set({ seed })} min={0} help="The same seed gives the same run." />
      </SimpleGrid>
      <div>
        <Title order={3} mb="xs">While it trains</Title>
        <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
          <NumberField label="Sample grid every" field="train.sampleEvery" problems={problems} value={v.sampleEvery} onChange={(sampleEvery) => set({ sampleEvery })} min={0} unit="steps" placeholder="10 per run" help="0 for none." />
          {children}
          <NumberField label="Save the state every" field="train.checkpointEvery" problems={problems} value={v.checkpointEvery} onChange={(checkpointEvery) => set({ checkpointEvery })} min={0} unit="steps" help="A stopped run resumes from there." />
        </SimpleGrid>
      </div>
      <MoreFields title="More about the training" fields={MORE} problems={problems}>
        <ChoiceField label="Learning rate over time" field="train.schedule" problems={problems} value={v.schedule} onChange={(schedule) => set({ schedule })} options={[{ value: 'constant', label: 'Constant' }, { value: 'cosine', label: 'Cosine to zero' }]} />
        <NumberField label="Warm-up" field="train.warmupSteps" problems={problems} value={v.warmupSteps} onChange={(warmupSteps) => set({ warmupSteps })} min={0} unit="steps" placeholder={String(usualWarmup(v.steps))} help="Over these the learning rate rises from zero." />
        <NumberField label="Accumulate" field="train.accumulate" problems={problems} value={v.accumulate} onChange={(accumulate) => set({ accumulate })} min={1} unit="batches" help="Averaged before one update: a larger batch in the same memory." />
        <NumberField label="Weight decay" field="train.weightDecay" problems={problems} value={v.weightDecay} onChange={(weightDecay) => set({ weightDecay })} min={0} decimals={6} step={0.01} />
        <NumberField label="Largest gradient norm" field="train.gradientClip" problems={problems} value={v.gradientClip} onChange={(gradientClip) => set({ gradientClip })} min={0} decimals={4} help="0 does not clip." />
        <NumberField label="Label dropout" field="train.labelDropout" problems={problems} value={v.labelDropout} onChange={(labelDropout) => set({ labelDropout })} min={0} max={1} decimals={3} step={0.05} help="Needed for guided samples." />
        <WeightingFields values={v} set={set} problems={problems} usualDecay={TRAINING.emaDecay!} />
        <ChoiceField label="Computed by" field="train.backend" problems={problems} value={v.backend} onChange={(backend) => set({ backend })} options={options} />
        <SwitchField label="Mirror pictures at random" field="train.horizontalFlip" problems={problems} checked={v.horizontalFlip} onChange={(horizontalFlip) => set({ horizontalFlip })} help="Off for text or anything with a direction." isBesideFields />
      </MoreFields>
    </Stack>
  );
}

/** Fields behind the door. */
const MORE = ['schedule', 'warmupSteps', 'accumulate', 'weightDecay', 'gradientClip', 'emaDecay', 'emaWarmup', 'labelDropout', 'lossWeighting', 'backend', 'horizontalFlip'].map((name) => `train.${name}`);

const epochs = (n: number) => (n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(1));
