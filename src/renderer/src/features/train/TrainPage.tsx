/** Wizard: train a checkpoint on, with all weights free or in its factorised form. */
import { Radio, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { CheckpointChoice } from '../../components/CheckpointChoice';
import { DatasetChoice } from '../../components/DatasetChoice';
import { TextField } from '../../components/form/fields';
import { trainingRows } from '../../components/form/training';
import { TrainingFields } from '../../components/form/TrainingFields';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import { useCopied } from '../../components/wizard/useCopied';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { modelShape } from '../../format/model';
import { fromRun, INITIAL, toCommand, toRequest, type TrainValues } from './values';

const formOf = (v: TrainValues, dense: boolean) => (dense || v.materialise ? 'every layer free' : 'shared factors kept');

export default function TrainPage() {
  const draft = useDraft('train', INITIAL);
  const { values: v, set } = draft;
  const search = useScreenSearch();
  const navigate = useNavigate();
  const start = useAction('runs.start');
  const wish = typeof search.checkpoint === 'string' ? search.checkpoint : null;
  useWish(wish, () => draft.reset({ ...INITIAL, checkpointId: wish }, 1));
  const original = useCopied((run) => draft.reset({ ...fromRun(run), name: `${run.name} copy` }));
  const base = original ? fromRun(original) : INITIAL;

  const checkpoint = useCall('checkpoints.list', {}).data?.find((c) => c.id === v.checkpointId);
  const dataset = useCall('datasets.get', { id: v.datasetId ?? '' }, { enabled: v.datasetId !== null }).data;
  useEffect(() => {
    if (checkpoint?.datasetId && v.datasetId === null) set({ datasetId: checkpoint.datasetId });
  }, [checkpoint?.datasetId, v.datasetId, set]);
  const dense = checkpoint?.form === 'dense';
  const request = toRequest(v, dense);
  const planned = usePlan(useStable(request && { kind: 'train' as const, params: request }));
  const { problems } = planned;

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
          <TrainingFields values={v} set={set} problems={problems} dataset={dataset} />
        </Stack>
      ),
    },
    {
      title: 'Review', fields: ['name'],
      content: (
        <Stack gap="md">
          <TextField label="Name of the run" field="name" problems={problems} value={v.name} onChange={(name) => set({ name })} placeholder={checkpoint ? `Train ${checkpoint.name}` : ''} />
          <ReviewTable
            compared={original ? 'In the original' : 'Default'}
            rows={[
              { label: 'From', value: checkpoint ? `${checkpoint.name} (${modelShape(checkpoint.model)}, ${checkpoint.form})` : '–' },
              { label: 'Data', value: dataset?.name ?? '–' },
              { label: 'Form', value: formOf(v, dense), before: original && formOf(base, dense) },
              ...trainingRows(v, base, dataset),
            ]}
          />
          <Text size="sm" c="dimmed">The checkpoint itself is not changed: the run makes a new one.</Text>
        </Stack>
      ),
    },
  ];
  return (
    <Page title="Train a checkpoint on" lead="More steps for a model that is there: after an initialisation, on other pictures, or just longer." actions={original && <Text size="sm" c="dimmed">Copy of {original.name}</Text>}>
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
            <SummaryRow label="Form" value={!checkpoint ? '–' : dense || v.materialise ? 'dense' : 'factorised'} />
          </PlanSummary>
        }
      />
    </Page>
  );
}
