/** Wizard: from a checkpoint to the learngene that models of other depths start from. */
import { Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall, useTask } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { CheckpointChoice } from '../../components/CheckpointChoice';
import { DatasetChoice } from '../../components/DatasetChoice';
import { TextField } from '../../components/form/fields';
import { trainingRows, usualBatch } from '../../components/form/training';
import { TrainingFields } from '../../components/form/TrainingFields';
import { TextLink } from '../../components/links';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import { useCopied } from '../../components/wizard/useCopied';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { modelShape, rankText } from '../../format/model';
import { learngeneBytes } from '../learngenes/reuse';
import { Extracted } from './Extracted';
import { ExtractSummary } from './ExtractSummary';
import { FactorsStep } from './FactorsStep';
import { decompositionProblems, fromRun, INITIAL, ranksFor, toCommand, toDistillation, toExtraction, ways } from './values';

export default function ExtractPage() {
  const draft = useDraft('extract', INITIAL);
  const { values, set } = draft;
  const search = useScreenSearch();
  const navigate = useNavigate();
  const extract = useTask('learngenes.extract');
  const start = useAction('runs.start');
  const wish = typeof search.checkpoint === 'string' ? search.checkpoint : null;
  useWish(wish, () => {
    // The learngene that was extracted before may still be on screen.
    extract.reset();
    draft.reset({ ...INITIAL, checkpointId: wish }, 1);
  });
  const original = useCopied((run) => {
    extract.reset();
    draft.reset({ ...fromRun(run), name: `${run.name} copy` });
  });
  const base = original ? fromRun(original) : INITIAL;

  const checkpoints = useCall('checkpoints.list', {}).data;
  const checkpoint = checkpoints?.find((c) => c.id === values.checkpointId);
  const dataset = useCall('datasets.get', { id: values.datasetId ?? '' }, { enabled: values.datasetId !== null }).data;
  const way = ways(values, checkpoint);
  const distils = way === 'distill';
  // A teacher knows the pictures that it was trained on.
  useEffect(() => {
    if (distils && checkpoint?.datasetId && values.datasetId === null) set({ datasetId: checkpoint.datasetId });
  }, [distils, checkpoint?.datasetId, values.datasetId, set]);

  const ranks = checkpoint ? ranksFor(values, checkpoint) : null;
  const distillation = checkpoint && distils ? toDistillation(values, checkpoint) : null;
  const planned = usePlan(useStable(distillation && { kind: 'distill' as const, params: distillation }));
  const { error } = extract;
  const own = checkpoint && way !== 'direct' ? decompositionProblems(values, checkpoint) : [];
  const problems = distils && distillation ? planned.problems : [...own, ...(error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [])];
  const extraction = checkpoint && toExtraction(values, checkpoint);
  const change = (next: Partial<typeof values>) => {
    if (error) extract.reset();
    set(next);
  };

  if (extract.data) {
    return <Extracted {...extract.data} onAgain={() => { extract.reset(); draft.reset(); }} />;
  }
  const steps: WizardStep[] = [
    {
      title: 'Checkpoint', fields: ['checkpointId'], missing: checkpoint ? undefined : 'Choose a checkpoint.',
      content: (
        <Stack gap="sm">
          <Text size="sm">A factorised checkpoint gives its learngene as it is. A dense one is decomposed, and distilled if you like.</Text>
          <CheckpointChoice value={values.checkpointId} onChange={(checkpointId) => change({ checkpointId })} problems={problems} />
          {checkpoints && checkpoints.length > 0 && <Text size="sm" c="dimmed">A model from elsewhere? <TextLink to="/checkpoints/import">Import a checkpoint file</TextLink></Text>}
        </Stack>
      ),
    },
    {
      title: 'Learngene', fields: distils ? ['rank', 'iterations'] : ['rank', 'iterations', 'name'],
      content: checkpoint && <FactorsStep values={values} set={change} problems={problems} checkpoint={checkpoint} />,
    },
  ];
  if (checkpoint && distils) {
    steps.push(
      {
        title: 'Training', fields: ['train', 'datasetId'], missing: values.datasetId ? undefined : 'Choose the pictures.',
        content: (
          <Stack gap="lg">
            <div>
              <Title order={3} mb="xs">Pictures that it was trained on</Title>
              <DatasetChoice value={values.datasetId} onChange={(datasetId) => set({ datasetId })} problems={problems} />
            </div>
            <TrainingFields values={values} set={set} problems={problems} dataset={dataset} />
          </Stack>
        ),
      },
      {
        title: 'Review', fields: ['name'],
        content: (
          <Stack gap="md">
            <TextField label="Name of the run" field="name" problems={problems} value={values.name} onChange={(name) => set({ name })} placeholder={`Distill ${checkpoint.name}`} />
            <ReviewTable
              compared={original ? 'In the original' : 'Default'}
              rows={[
                { label: 'Teacher', value: `${checkpoint.name} (${modelShape(checkpoint.model)}, dense)` },
                { label: 'Data', value: dataset?.name ?? '–' },
                { label: 'Rank', value: ranks ? rankText(ranks).replace(/^ranks? /, '') : '–', before: rankText(ranksFor(base, checkpoint)).replace(/^ranks? /, '') },
                { label: 'Iterations of the decomposition', value: String(values.iterations ?? INITIAL.iterations), before: String(base.iterations ?? INITIAL.iterations) },
                ...trainingRows(values, base, dataset),
              ]}
            />
            <Text size="sm" c="dimmed">The run leaves a factorised checkpoint. Its learngene is extracted from it as it is, with “Extract the learngene” on the run’s page.</Text>
          </Stack>
        ),
      },
    );
  }
  const reset = () => {
    extract.reset();
    start.reset();
    draft.reset();
  };
  const failed = distils ? start.error : error && !error.field ? error : null;
  return (
    <Page title="Extract a learngene" lead="What one pretrained model hands on: the factors that all its layers share, to start models of any depth." actions={original && distils && <Text size="sm" c="dimmed">Copy of {original.name}</Text>}>
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel={distils ? 'Start distilling' : 'Extract'}
        submitting={extract.isPending || start.isPending}
        error={failed}
        json={distils ? distillation && { kind: 'distill', params: distillation } : (extraction ?? null)}
        command={toCommand(values, checkpoint)}
        onReset={reset}
        onSubmit={() => {
          if (!distils) return extraction && extract.mutate(extraction);
          if (distillation) start.mutate({ kind: 'distill', params: distillation }, {
            onSuccess: ({ runs }) => {
              draft.reset();
              void navigate({ to: `/runs/${runs[0].id}` });
            },
          });
        }}
        summary={
          distils ? (
            <PlanSummary planned={planned} waitingFor="Choose the pictures to see what this would cost.">
              <SummaryRow label="From" value={checkpoint?.name ?? '–'} />
              <SummaryRow label="Rank" value={ranks ? rankText(ranks).replace(/^ranks? /, '') : '–'} />
              <SummaryRow label="Steps" value={values.steps?.toLocaleString('en') ?? '–'} note={`batch ${values.batchSize ?? usualBatch(dataset)}`} />
            </PlanSummary>
          ) : (
            <ExtractSummary checkpoint={checkpoint} rank={ranks && rankText(ranks)} bytes={checkpoint && ranks ? learngeneBytes(checkpoint.model, ranks) : null} task={extract.task} pending={extract.isPending} />
          )
        }
      />
    </Page>
  );
}
