/** Wizard: train a checkpoint on, with all weights free or in its factorised form. */
import { Accordion, Radio, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { CheckpointChoice } from '../../components/CheckpointChoice';
import { DatasetChoice } from '../../components/DatasetChoice';
import { ChoiceField, NumberField, SwitchField, TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { useDraft } from '../../components/wizard/useDraft';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { modelShape } from '../../format/model';
import { INITIAL, toCommand, toRequest } from './values';

export default function TrainPage() {
  const draft = useDraft('train', INITIAL);
  const { values: v, set } = draft;
  const search = useScreenSearch();
  const navigate = useNavigate();
  const start = useAction('runs.start');
  const wish = typeof search.checkpoint === 'string' ? search.checkpoint : null;
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!wish || taken.current === wish) return;
    taken.current = wish;
    draft.reset({ ...INITIAL, checkpointId: wish });
  }, [wish, draft]);

  const checkpoint = useCall('checkpoints.list', {}).data?.find((c) => c.id === v.checkpointId);
  const dataset = useCall('datasets.get', { id: v.datasetId ?? '' }, { enabled: v.datasetId !== null }).data;
  useEffect(() => {
    if (checkpoint?.datasetId && v.datasetId === null) set({ datasetId: checkpoint.datasetId });
  }, [checkpoint?.datasetId, v.datasetId, set]);
  const dense = checkpoint?.form === 'dense';
  const request = toRequest(v, dense);
  const planned = usePlan(useStable(request && { kind: 'train' as const, params: request }));
  const { problems } = planned;
  const images = dataset ? dataset.images - dataset.heldOut : 0;

  const steps: WizardStep[] = [
    { title: 'Checkpoint', fields: ['checkpointId'], missing: checkpoint ? undefined : 'Choose a checkpoint.', content: <CheckpointChoice value={v.checkpointId} onChange={(checkpointId) => set({ checkpointId })} problems={problems} /> },
    { title: 'Data', fields: ['datasetId'], missing: v.datasetId ? undefined : 'Choose a dataset.', content: <DatasetChoice value={v.datasetId} onChange={(datasetId) => set({ datasetId })} problems={problems} /> },
    {
      title: 'Training', fields: ['train', 'materialise'],
      content: (
        <Stack gap="lg">
          {checkpoint && !dense && (
            <Radio.Group label="Form" value={v.materialise ? 'dense' : 'factors'} onChange={(form) => set({ materialise: form === 'dense' })}>
              <Stack gap="xs" mt="xs">
                <Radio value="dense" label="Every layer free" description="The weights are written out and trained without the constraint, as the paper does after initialisation." />
                <Radio value="factors" label="Keep the shared factors" description="U, V and sigma are trained together; the model stays small and gives a new learngene." />
              </Stack>
            </Radio.Group>
          )}
          <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
            <NumberField label="Steps" field="train.steps" problems={problems} value={v.steps} onChange={(n) => set({ steps: n })} min={1} step={100} help={images > 0 ? `${(((v.steps ?? 0) * (v.batchSize ?? 0)) / images).toFixed(1)} epochs.` : undefined} />
            <NumberField label="Batch size" field="train.batchSize" problems={problems} value={v.batchSize} onChange={(batchSize) => set({ batchSize })} min={1} help="Pictures per step." />
            <NumberField label="Learning rate" field="train.learningRate" problems={problems} value={v.learningRate} onChange={(learningRate) => set({ learningRate })} min={0} step={0.0001} decimals={8} />
            <NumberField label="Seed" field="train.seed" problems={problems} value={v.seed} onChange={(seed) => set({ seed })} min={0} />
            <NumberField label="Sample grid every" field="train.sampleEvery" problems={problems} value={v.sampleEvery} onChange={(sampleEvery) => set({ sampleEvery })} min={0} unit="steps" placeholder="10 per run" />
            <NumberField label="Save the state every" field="train.checkpointEvery" problems={problems} value={v.checkpointEvery} onChange={(checkpointEvery) => set({ checkpointEvery })} min={0} unit="steps" />
          </SimpleGrid>
          <Accordion variant="separated" chevronPosition="left">
            <Accordion.Item value="more">
              <Accordion.Control>More about the training</Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 2, md: 3 }} spacing="md">
                  <ChoiceField label="Learning rate over time" field="train.schedule" problems={problems} value={v.schedule} onChange={(schedule) => set({ schedule })} options={[{ value: 'constant', label: 'Constant' }, { value: 'cosine', label: 'Cosine to zero' }]} />
                  <NumberField label="Warm-up" field="train.warmupSteps" problems={problems} value={v.warmupSteps} onChange={(warmupSteps) => set({ warmupSteps })} min={0} unit="steps" />
                  <NumberField label="Weight decay" field="train.weightDecay" problems={problems} value={v.weightDecay} onChange={(weightDecay) => set({ weightDecay })} min={0} decimals={6} step={0.01} />
                  <NumberField label="Largest gradient norm" field="train.gradientClip" problems={problems} value={v.gradientClip} onChange={(gradientClip) => set({ gradientClip })} min={0} decimals={4} help="0 does not clip." />
                  <NumberField label="EMA decay" field="train.emaDecay" problems={problems} value={v.emaDecay} onChange={(emaDecay) => set({ emaDecay })} min={0} max={0.999999} decimals={6} step={0.001} />
                  <NumberField label="Label dropout" field="train.labelDropout" problems={problems} value={v.labelDropout} onChange={(labelDropout) => set({ labelDropout })} min={0} max={1} decimals={3} step={0.05} />
                  <SwitchField label="Mirror pictures at random" field="train.horizontalFlip" problems={problems} checked={v.horizontalFlip} onChange={(horizontalFlip) => set({ horizontalFlip })} />
                </SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Stack>
      ),
    },
    {
      title: 'Review', fields: ['name'],
      content: (
        <Stack gap="md">
          <TextField label="Name of the run" field="name" problems={problems} value={v.name} onChange={(name) => set({ name })} placeholder={checkpoint ? `Train ${checkpoint.name}` : ''} />
          <Table fz="sm" maw={560}>
            <Table.Tbody>
              {[
                ['From', checkpoint ? `${checkpoint.name} (${modelShape(checkpoint.model)}, ${checkpoint.form})` : '–'],
                ['Data', dataset?.name ?? '–'],
                ['Form', dense || v.materialise ? 'every layer free' : 'shared factors kept'],
                ['Steps × batch', `${v.steps ?? '?'} × ${v.batchSize ?? '?'}`],
                ['Learning rate', `${v.learningRate ?? '?'} ${v.schedule}, ${v.warmupSteps ?? 0} steps of warm-up`],
                ['Seed', String(v.seed ?? 0)],
              ].map(([label, value]) => <Table.Tr key={label}><Table.Td c="dimmed">{label}</Table.Td><Table.Td>{value}</Table.Td></Table.Tr>)}
            </Table.Tbody>
          </Table>
          <Text size="sm" c="dimmed">The checkpoint itself is not changed: the run makes a new one.</Text>
        </Stack>
      ),
    },
  ];
  return (
    <Page title="Train a checkpoint on" lead="More steps for a model that is there: after an initialisation, on other pictures, or just longer.">
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel="Start training"
        submitting={start.isPending}
        error={start.error}
        json={request ? { kind: 'train', params: request } : null}
        command={toCommand(v, dense)}
        onReset={() => { start.reset(); draft.reset(); }}
        onSubmit={() =>
          request && start.mutate({ kind: 'train', params: request }, {
            onSuccess: ({ runs }) => {
              draft.reset();
              void navigate({ to: `/runs/${runs[0].id}` });
            },
          })
        }
        summary={
          <PlanSummary planned={planned} waitingFor="Choose a checkpoint and data to see what this would cost.">
            <SummaryRow label="From" value={checkpoint?.name ?? '–'} />
            <SummaryRow label="Data" value={dataset?.name ?? '–'} />
            <SummaryRow label="Form" value={dense || v.materialise ? 'dense' : 'factorised'} />
          </PlanSummary>
        }
      />
    </Page>
  );
}
