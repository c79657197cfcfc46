/** How deep, how often and how long: the same for every row. */
import { Fragment } from 'react';
import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { initializationInfo } from '@shared/initializations';
import { DepthField } from '../../components/form/DepthField';
import { NumberField, SwitchField } from '../../components/form/fields';
import { usualDepths } from '../learngenes/reuse';
import type { BenchStepProps } from './MethodsStep';
import { adapting } from './values';

export function BudgetStep({ values: v, set, problems, sourceDepth }: BenchStepProps & { sourceDepth: number }) {
  const methods = adapting(v);
  return (
    <Stack gap="lg">
      <div>
        <Title order={3} mb="xs">Depths</Title>
        <DepthField usual={usualDepths(sourceDepth)} depths={v.depths} onDepths={(depths) => set({ depths })} problems={problems} />
      </div>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <NumberField label="Steps" field="train.steps" problems={problems} value={v.steps} onChange={(steps) => set({ steps })} min={1} step={100} placeholder="1000" help="For each run." />
        <NumberField label="Batch size" field="train.batchSize" problems={problems} value={v.batchSize} onChange={(batchSize) => set({ batchSize })} min={1} placeholder="32" />
        <NumberField label="Learning rate" field="train.learningRate" problems={problems} value={v.learningRate} onChange={(learningRate) => set({ learningRate })} min={0} step={0.0001} decimals={8} placeholder="0.001" help="Of the free training, for all methods." />
        <NumberField label="Seeds" field="seeds" problems={problems} value={v.seeds} onChange={(seeds) => set({ seeds })} min={1} max={32} placeholder="1" help="Several give a mean and a spread." />
      </SimpleGrid>
      {methods.length > 0 && (
        <div>
          <Title order={3} mb={4}>Adaptation</Title>
          <Text size="sm" c="dimmed" mb="xs">Steps that a method takes before its weights are free. Left empty, each takes its own number.</Text>
          <SwitchField label="Charge adaptation: take its steps off the free training" field="chargeAdaptation" problems={problems} checked={v.chargeAdaptation} onChange={(chargeAdaptation) => set({ chargeAdaptation })} help={v.chargeAdaptation ? 'Every row has the same number of steps in all.' : 'Every row has the same number of free steps; the result also shows the loss where a charged budget would end.'} />
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md" mt="sm">
            {methods.map((id) => {
              const { label, adaptation: own } = initializationInfo(id);
              const given = v.adaptation[id] ?? {};
              const change = (part: typeof given) => set({ adaptation: { ...v.adaptation, [id]: { ...given, ...part } } });
              return (
                <Fragment key={id}>
                  <NumberField label={`Steps of ${label}`} field={`adaptation.${id}.steps`} problems={problems} value={given.steps} onChange={(steps) => change({ steps })} min={0} placeholder={String(own!.steps)} />
                  <NumberField label={`Learning rate of ${label}`} field={`adaptation.${id}.learningRate`} problems={problems} value={given.learningRate} onChange={(learningRate) => change({ learningRate })} min={0} decimals={8} step={0.001} placeholder={String(own!.learningRate)} />
                </Fragment>
              );
            })}
          </SimpleGrid>
        </div>
      )}
    </Stack>
  );
}
