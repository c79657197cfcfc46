/** Size and factorisation of the model. */
import { Accordion, Box, SegmentedControl, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { uniformRanks } from '@shared/config';
import type { Dataset } from '@shared/entities';
import { countParameters, SMALL_PRESETS, type SizePreset } from '@shared/sizes';
import { type Problem, usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { ChoiceField, NumberField, SwitchField } from '../../components/form/fields';
import { RankFields } from '../../components/form/RankFields';
import { formatBytes, formatCount, formatDuration } from '../../format/format';
import { type PretrainValues, toRequest } from './values';

export interface StepProps {
  values: PretrainValues;
  set(change: Partial<PretrainValues>): void;
  problems: readonly Problem[];
  dataset: Dataset | undefined;
}

export function ModelStep({ values: v, set, problems, dataset }: StepProps) {
  return (
    <Stack gap="lg">
      <div>
        <Title order={3} mb="xs">Size</Title>
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="xs">
          {SMALL_PRESETS.map((preset) => <PresetCard key={preset.id} preset={preset} values={v} set={set} dataset={dataset} />)}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md" mt="md">
          <NumberField label="Hidden size" field="hiddenSize" problems={problems} value={v.hiddenSize} onChange={(hiddenSize) => set({ hiddenSize })} min={4} step={4} help="Channels per token." />
          <NumberField label="Depth" field="depth" problems={problems} value={v.depth} onChange={(depth) => set({ depth })} min={1} help="Blocks. Other depths start from the learngene." />
          <NumberField label="Heads" field="heads" problems={problems} value={v.heads} onChange={(heads) => set({ heads })} min={1} help="Must divide the hidden size." />
          <NumberField label="Patch size" field="patchSize" problems={problems} value={v.patchSize} onChange={(patchSize) => set({ patchSize })} min={1} help={dataset && v.patchSize && dataset.size % v.patchSize === 0 ? `${(dataset.size / v.patchSize) ** 2} tokens per picture.` : 'Pixels per token and side.'} />
        </SimpleGrid>
      </div>
      <div>
        <Title order={3} mb="xs">Factorisation</Title>
        <SegmentedControl aria-label="Factorisation" value={v.factorised ? 'fine' : 'dense'} onChange={(value) => set({ factorised: value === 'fine' })} data={[{ value: 'fine', label: 'FINE: factors shared by all blocks' }, { value: 'dense', label: 'Dense: an ordinary model, for comparison' }]} />
        {v.factorised && (
          <Box mt="md"><RankFields values={v} set={set} problems={problems} hiddenSize={v.hiddenSize} /></Box>
        )}
      </div>
      <Accordion variant="separated" chevronPosition="left">
        <Accordion.Item value="more">
          <Accordion.Control>More about the model</Accordion.Control>
          <Accordion.Panel>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
              <ChoiceField label="Noise schedule" field="diffusion.schedule" problems={problems} value={v.noise} onChange={(noise) => set({ noise })} options={[{ value: 'linear', label: 'Linear (as in the paper)' }, { value: 'squaredcos_cap_v2', label: 'Squared cosine' }]} />
              <ChoiceField label="The model predicts" field="diffusion.prediction" problems={problems} value={v.prediction} onChange={(prediction) => set({ prediction })} options={[{ value: 'epsilon', label: 'The noise' }, { value: 'x0', label: 'The picture' }]} />
              {v.factorised && <ChoiceField label="Start of U and V" field="factorStart" problems={problems} value={v.factorStart} onChange={(factorStart) => set({ factorStart })} options={[{ value: 'gaussian', label: 'Gaussian' }, { value: 'orthonormal', label: 'Orthonormal columns' }]} />}
              {v.factorised && <ChoiceField label="Evaluation" field="evaluation" problems={problems} value={v.evaluation} onChange={(evaluation) => set({ evaluation })} options={[{ value: 'auto', label: 'Whatever is cheaper, per matrix' }, { value: 'rebuild', label: 'Rebuild the weights in every step (as in the paper)' }, { value: 'factored', label: 'Never rebuild them' }]} help="The numbers are the same." />}
              <SwitchField label="Also learn the variances" field="learnSigma" problems={problems} checked={v.learnSigma} onChange={(learnSigma) => set({ learnSigma })} help="Twice the output channels, as the official DiT." />
            </SimpleGrid>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

function PresetCard({ preset, values: v, set, dataset }: Omit<StepProps, 'problems'> & { preset: SizePreset }) {
  const { hiddenSize, depth, heads, patchSize } = preset;
  const chosen = v.hiddenSize === hiddenSize && v.depth === depth && v.heads === heads && v.patchSize === patchSize;
  const shape = { inputSize: dataset?.size ?? 32, inChannels: dataset?.channels ?? 3, numClasses: dataset?.classes.length || 1, mlpRatio: 4, learnSigma: v.learnSigma, hiddenSize, depth, heads, patchSize };
  const count = countParameters(shape, v.factorised ? uniformRanks(hiddenSize) : null).total;
  // With all else as it is in the form, but for the ranks, which go with the width.
  const request = toRequest({ ...v, hiddenSize, depth, heads, patchSize, rank: undefined, rankPerType: false });
  const [plan] = usePlan(useStable(request && { kind: 'pretrain' as const, params: request })).plans;
  return (
    <UnstyledButton aria-pressed={chosen} p="xs" onClick={() => set({ hiddenSize, depth, heads, patchSize })} style={{ alignSelf: 'stretch', display: 'flex', flexDirection: 'column', justifyContent: 'flex-start', border: `1px solid ${chosen ? 'var(--accent)' : 'var(--line)'}`, borderRadius: 6, background: chosen ? 'var(--accent-soft)' : undefined }}>
      <Text size="sm" fw={600}>{preset.label}</Text>
      <Text size="xs">{formatCount(count)} parameters</Text>
      <Text size="xs">Width {hiddenSize}, {depth} blocks</Text>
      <Text size="xs" mih="1.35em">{plan?.parameters ? `${formatBytes(plan.trainingBytes)} of memory` : ''}</Text>
      <Text size="xs" mih="1.35em">{plan?.parameters ? (plan.totalMs === null ? 'time not known yet' : `about ${formatDuration(plan.totalMs)}`) : ''}</Text>
      <Text size="xs" c="dimmed" mt={4}>{preset.description}</Text>
    </UnstyledButton>
  );
}
