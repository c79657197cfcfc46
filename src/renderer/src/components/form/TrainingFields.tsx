/** How long and how it trains, and what is shown meanwhile. */
import { Accordion, SimpleGrid, Stack, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { BACKEND_IDS } from '@shared/config';
import type { Dataset } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { type Problem, problemAt } from '../../client/plan';
import { ChoiceField, NumberField, SwitchField } from './fields';
import { type TrainingValues, usualBatch } from './training';

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
  const [isOpen, setOpen] = useState(false);
  // What is refused is not left behind a closed door.
  const hides = MORE.some((field) => problemAt(problems, field));
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
      <Accordion variant="separated" chevronPosition="left" value={isOpen || hides ? 'more' : null} onChange={(value) => setOpen(value === 'more')}>
        <Accordion.Item value="more">
          <Accordion.Control>More about the training</Accordion.Control>
          <Accordion.Panel>
            <SimpleGrid cols={{ base: 2, md: 3 }} spacing="md">
              <ChoiceField label="Learning rate over time" field="train.schedule" problems={problems} value={v.schedule} onChange={(schedule) => set({ schedule })} options={[{ value: 'constant', label: 'Constant' }, { value: 'cosine', label: 'Cosine to zero' }]} />
              <NumberField label="Warm-up" field="train.warmupSteps" problems={problems} value={v.warmupSteps} onChange={(warmupSteps) => set({ warmupSteps })} min={0} unit="steps" placeholder="50, or a tenth" />
              <NumberField label="Accumulate" field="train.accumulate" problems={problems} value={v.accumulate} onChange={(accumulate) => set({ accumulate })} min={1} unit="batches" help="Averaged before one update: a larger batch in the same memory." />
              <NumberField label="Weight decay" field="train.weightDecay" problems={problems} value={v.weightDecay} onChange={(weightDecay) => set({ weightDecay })} min={0} decimals={6} step={0.01} />
              <NumberField label="Largest gradient norm" field="train.gradientClip" problems={problems} value={v.gradientClip} onChange={(gradientClip) => set({ gradientClip })} min={0} decimals={4} help="0 does not clip." />
              <NumberField label="EMA decay" field="train.emaDecay" problems={problems} value={v.emaDecay} onChange={(emaDecay) => set({ emaDecay })} min={0} max={0.999999} decimals={6} step={0.001} help="Of the averaged weights that are sampled." />
              <NumberField label="Label dropout" field="train.labelDropout" problems={problems} value={v.labelDropout} onChange={(labelDropout) => set({ labelDropout })} min={0} max={1} decimals={3} step={0.05} help="Needed for guided samples." />
              <ChoiceField label="Timesteps in the loss" field="train.lossWeighting" problems={problems} value={v.lossWeighting} onChange={(lossWeighting) => set({ lossWeighting })} options={[{ value: 'uniform', label: 'Count alike (DiT)' }, { value: 'min-snr', label: 'Min-SNR' }, { value: 'unit-variance', label: 'Unit variance' }]} />
              <ChoiceField label="Computed by" field="train.backend" problems={problems} value={v.backend} onChange={(backend) => set({ backend })} options={options} />
              <SwitchField label="Let the average warm up" field="train.emaWarmup" problems={problems} checked={v.emaWarmup} onChange={(emaWarmup) => set({ emaWarmup })} help="It follows closely at first. Off: one decay from the start, as in the official DiT." />
              <SwitchField label="Mirror pictures at random" field="train.horizontalFlip" problems={problems} checked={v.horizontalFlip} onChange={(horizontalFlip) => set({ horizontalFlip })} help="Off for text or anything with a direction." />
            </SimpleGrid>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

/** Fields behind the accordion. */
const MORE = ['schedule', 'warmupSteps', 'accumulate', 'weightDecay', 'gradientClip', 'emaDecay', 'emaWarmup', 'labelDropout', 'lossWeighting', 'backend', 'horizontalFlip'].map((name) => `train.${name}`);

const epochs = (n: number) => (n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(1));
