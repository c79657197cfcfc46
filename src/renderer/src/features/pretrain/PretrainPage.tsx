/** Wizard of phase 1: data, model, training, review. */
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { DatasetChoice } from '../../components/DatasetChoice';
import { usualBatch } from '../../components/form/training';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { useCopied } from '../../components/wizard/useCopied';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { ModelStep } from './ModelStep';
import { ReviewStep } from './ReviewStep';
import { TrainingStep } from './TrainingStep';
import { fromRun, INITIAL, toCommand, toRequest } from './values';

export default function PretrainPage() {
  const draft = useDraft('pretrain', INITIAL);
  const search = useScreenSearch();
  const navigate = useNavigate();
  const start = useAction('runs.start');
  const { values, set } = draft;
  const original = useCopied((run) => draft.reset({ ...fromRun(run), name: `${run.name} copy` }));
  useWish(typeof search.dataset === 'string' ? `dataset ${search.dataset}` : null, () => {
    set({ datasetId: search.dataset as string });
    draft.setStep(Math.max(1, draft.step));
  });

  const request = toRequest(values);
  const planned = usePlan(useStable(request && { kind: 'pretrain' as const, params: request }));
  const dataset = useCall('datasets.get', { id: values.datasetId ?? '' }, { enabled: values.datasetId !== null }).data;
  const { problems } = planned;

  const steps: WizardStep[] = [
    { title: 'Data', fields: ['datasetId'], missing: values.datasetId ? undefined : 'Choose a dataset.', content: <DatasetChoice value={values.datasetId} onChange={(datasetId) => set({ datasetId })} problems={problems} /> },
    { title: 'Model', fields: ['hiddenSize', 'depth', 'heads', 'patchSize', 'mlpRatio', 'learnSigma', 'rank', 'factorStart', 'evaluation', 'diffusion'], content: <ModelStep values={values} set={set} problems={problems} dataset={dataset} /> },
    { title: 'Training', fields: ['train', 'sampleSteps', 'sampleCount'], content: <TrainingStep values={values} set={set} problems={problems} dataset={dataset} /> },
    { title: 'Review', fields: ['name'], content: <ReviewStep values={values} set={set} problems={problems} dataset={dataset} original={original} /> },
  ];

  return (
    <Page title="New pretraining" lead="Phase 1: one model whose layers share their factors. Everything else starts from it." actions={original && <Text size="sm" c="dimmed">Copy of {original.name}</Text>}>
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel="Start pretraining"
        submitting={start.isPending}
        error={start.error}
        json={request ? { kind: 'pretrain', params: request } : null}
        command={toCommand(values)}
        onReset={() => { start.reset(); draft.reset(); }}
        onSubmit={() =>
          request && start.mutate({ kind: 'pretrain', params: request }, {
            onSuccess: ({ runs }) => {
              draft.reset();
              void navigate({ to: `/runs/${runs[0].id}` });
            },
          })
        }
        summary={
          <PlanSummary planned={planned} waitingFor="Choose a dataset to see what this would cost.">
            <SummaryRow label="Data" value={dataset?.name ?? '–'} />
            <SummaryRow label="Width × depth" value={`${values.hiddenSize ?? '?'} × ${values.depth ?? '?'}`} note={values.factorised ? `rank ${values.rankPerType ? 'per type' : (values.rank ?? values.hiddenSize ?? '?')}` : 'dense'} />
            <SummaryRow label="Steps" value={values.steps?.toLocaleString('en') ?? '–'} note={`batch ${values.batchSize ?? usualBatch(dataset)}`} />
          </PlanSummary>
        }
      />
    </Page>
  );
}
