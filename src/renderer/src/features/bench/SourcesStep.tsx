/** The pictures, and what the methods start from: chosen from the catalogue, or trained first. */
import { Alert, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { DiTConfig } from '@shared/config';
import type { Checkpoint, Dataset } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { problemAt, type Problem } from '../../client/plan';
import { DatasetChoice } from '../../components/DatasetChoice';
import { ChoiceField, NumberField } from '../../components/form/fields';
import { modelShape } from '../../format/model';
import type { BenchStepProps } from './MethodsStep';
import { hasGivenSource, needsDense, needsFactors, needsSource } from './values';

/** What a choice says while nothing is chosen. */
const TRAIN = 'train';

interface Option {
  value: string;
  label: string;
}

export function SourcesStep({ values: v, set, problems, dataset }: BenchStepProps & { dataset: Dataset | undefined }) {
  const checkpoints = useCall('checkpoints.list', {}).data ?? [];
  const learngenes = useCall('learngenes.list', {}).data ?? [];
  const fits = (model: Pick<DiTConfig, 'inputSize' | 'numClasses'>) => !dataset || (model.inputSize === dataset.size && model.numClasses === dataset.classes.length);
  const ofCheckpoint = (c: Checkpoint): Option => ({ value: c.id, label: `${c.name} (${modelShape(c.model)})` });
  const dense = checkpoints.filter((c) => c.form === 'dense' && c.origin !== 'baseline' && fits(c.model)).map(ofCheckpoint);
  const factors: Option[] = [
    ...learngenes.filter((l) => l.model && fits(l.model)).map((l) => ({ value: l.id, label: `Learngene ${l.name} (${l.hiddenSize} × ${l.sourceDepth})` })),
    ...checkpoints.filter((c) => c.form === 'factorised' && fits(c.model)).map(ofCheckpoint),
  ];
  // Learngene and checkpoint share one field here, so a refusal of either stands beside it.
  const factorProblems: Problem[] = problems.flatMap((p) => (p.field === 'learngeneId' || p.field === 'factorisedCheckpointId' ? [{ ...p, field: 'fineSource' }] : []));
  const given = hasGivenSource(v);
  return (
    <Stack gap="lg">
      <DatasetChoice value={v.datasetId} onChange={(datasetId) => set({ datasetId, denseCheckpointId: null, fineSourceId: null })} problems={problems} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {needsDense(v) && <ChoiceField label="Dense source" field="denseCheckpointId" problems={problems} value={v.denseCheckpointId ?? TRAIN} onChange={(id) => set({ denseCheckpointId: id === TRAIN ? null : id })} options={[{ value: TRAIN, label: 'Train one first' }, ...dense]} help="What the methods that start from a dense model start from." />}
        {needsFactors(v) && <ChoiceField label="Source of FINE" field="fineSource" problems={factorProblems} value={v.fineSourceId ?? TRAIN} onChange={(id) => set({ fineSourceId: id === TRAIN ? null : id })} options={[{ value: TRAIN, label: 'Train one first' }, ...factors]} help="A learngene, or a model with shared factors." />}
      </SimpleGrid>
      {given ? (
        <Text size="sm" c="dimmed">Width, heads and patches of all models are those of the chosen source.</Text>
      ) : (
        <div>
          <Title order={3} mb="xs">Size</Title>
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
            <NumberField label="Hidden size" field="hiddenSize" problems={problems} value={v.hiddenSize} onChange={(hiddenSize) => set({ hiddenSize })} min={4} placeholder="96" />
            <NumberField label="Heads" field="heads" problems={problems} value={v.heads} onChange={(heads) => set({ heads })} min={1} placeholder="4" />
            <NumberField label="Patch size" field="patchSize" problems={problems} value={v.patchSize} onChange={(patchSize) => set({ patchSize })} min={1} placeholder="4" />
            {needsSource(v) && <NumberField label="Depth of the sources" field="sourceDepth" problems={problems} value={v.sourceDepth} onChange={(sourceDepth) => set({ sourceDepth })} min={1} placeholder="6" />}
          </SimpleGrid>
        </div>
      )}
      {needsSource(v) && (
        <div>
          <Title order={3} mb={4}>Training of sources</Title>
          <Text size="sm" c="dimmed" mb="xs">Once for each method that needs one, before the comparison. Later comparisons with the same settings reuse them.</Text>
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
            <NumberField label="Source steps" field="source.steps" problems={problems} value={v.sourceSteps} onChange={(sourceSteps) => set({ sourceSteps })} min={1} step={100} placeholder={given ? 'as the chosen source' : '1000'} />
            <NumberField label="Source learning rate" field="source.learningRate" problems={problems} value={v.sourceLearningRate} onChange={(sourceLearningRate) => set({ sourceLearningRate })} min={0} step={0.0001} decimals={8} placeholder="0.001" />
            <NumberField label="Source seed" field="source.seed" problems={problems} value={v.sourceSeed} onChange={(sourceSeed) => set({ sourceSeed })} min={0} placeholder="0" />
          </SimpleGrid>
        </div>
      )}
      {problemAt(problems, 'depth') && <Alert color="madder">{problemAt(problems, 'depth')?.message}</Alert>}
    </Stack>
  );
}
