/** How sigma starts and how long it is tuned, on which data. */
import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Dataset } from '@shared/entities';
import type { Problem } from '../../client/plan';
import { DatasetChoice } from '../../components/DatasetChoice';
import { ChoiceField, NumberField, SwitchField } from '../../components/form/fields';
import { MoreFields } from '../../components/form/MoreFields';
import { usualBatch } from '../../components/form/training';
import { WeightingFields } from '../../components/form/WeightingFields';
import { type InitializeValues, START_LABELS, START_OPTIONS } from './values';

/** What the host takes where none is given: few steps need an average that follows. */
const USUAL_DECAY = 0.9;
const MORE = ['emaDecay', 'emaWarmup', 'lossWeighting', 'sampleEvery'].map((name) => `train.${name}`);

export function TuningStep({ values: v, set, problems, dataset }: { values: InitializeValues; dataset: Dataset | undefined; set(change: Partial<InitializeValues>): void; problems: readonly Problem[] }) {
  return (
    <Stack gap="lg">
      <Text size="sm">Every size learns only how strongly each of the shared factors counts in its layers: its sigma. A few hundred steps do; the values below are a good start.</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <ChoiceField label="Sigma starts as" field="sigmaStart" problems={problems} value={v.sigmaStart} onChange={(sigmaStart) => set({ sigmaStart })} options={START_OPTIONS} help={START_LABELS[v.sigmaStart].help} />
        <SwitchField label="Tune the biases of the blocks, too" field="tuneBiases" problems={problems} checked={v.tuneBiases} onChange={(tuneBiases) => set({ tuneBiases })} help="Off tunes sigma alone, as in the paper. U and V never change." isBesideFields />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <NumberField label="Steps" field="train.steps" problems={problems} value={v.steps} onChange={(steps) => set({ steps })} min={1} step={50} help="Per size; 300 in the paper." />
        <NumberField label="Batch size" field="train.batchSize" problems={problems} value={v.batchSize} onChange={(batchSize) => set({ batchSize })} min={1} placeholder={String(usualBatch(dataset))} help="Pictures per step." />
        <NumberField label="Learning rate" field="train.learningRate" problems={problems} value={v.learningRate} onChange={(learningRate) => set({ learningRate })} min={0} step={0.001} decimals={8} help="Of sigma." />
        <NumberField label="Seed" field="train.seed" problems={problems} value={v.seed} onChange={(seed) => set({ seed })} min={0} />
      </SimpleGrid>
      <div>
        <Title order={3} mb="xs">Pictures to tune on</Title>
        <DatasetChoice value={v.datasetId} onChange={(datasetId) => set({ datasetId })} problems={problems} />
      </div>
      <MoreFields title="More about the tuning" fields={MORE} problems={problems}>
        <WeightingFields values={v} set={set} problems={problems} usualDecay={USUAL_DECAY} />
        <NumberField label="Sample grid every" field="train.sampleEvery" problems={problems} value={v.sampleEvery} onChange={(sampleEvery) => set({ sampleEvery })} min={0} unit="steps" placeholder="10 per run" help="0 for none." />
      </MoreFields>
    </Stack>
  );
}
