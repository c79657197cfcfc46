/** Wizard: which initialisations to compare, on what, for how long. */
import { List, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { initializationInfo } from '@shared/initializations';
import { useAction, useCall } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import { useDraft } from '../../components/wizard/useDraft';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { plural } from '../../format/format';
import { BudgetStep } from './BudgetStep';
import { MethodsStep } from './MethodsStep';
import { SourcesStep } from './SourcesStep';
import { useCopiedComparison } from './copy';
import { adapting, type BenchValues, INITIAL, needsDense, needsFactors, toCommand, toRequest } from './values';

const SOURCE_DEPTH = 6;

const labelsOf = (v: BenchValues) => [...v.methods.map((m) => initializationInfo(m).label), ...(v.factors ? ['Factors from scratch'] : [])].join(', ') || '–';

export default function NewBenchPage() {
  const draft = useDraft('comparison', INITIAL);
  const { values: v, set } = draft;
  const navigate = useNavigate();
  const start = useAction('runs.start');
  const original = useCopiedComparison((copied) => draft.reset(copied));
  const dataset = useCall('datasets.list', {}).data?.find((d) => d.id === v.datasetId);
  const checkpoints = useCall('checkpoints.list', {}).data ?? [];
  const learngenes = useCall('learngenes.list', {}).data ?? [];
  const dense = needsDense(v) ? checkpoints.find((c) => c.id === v.denseCheckpointId) : undefined;
  const factors = needsFactors(v) ? (learngenes.find((l) => l.id === v.fineSourceId) ?? checkpoints.find((c) => c.id === v.fineSourceId)) : undefined;
  const sourceDepth = dense?.model.depth ?? factors?.model?.depth ?? v.sourceDepth ?? SOURCE_DEPTH;

  const request = toRequest(v);
  const planned = usePlan(useStable(request && { kind: 'bench' as const, params: request }));
  const { problems, plans } = planned;
  const first = plans.flatMap(({ run }) => (run?.source ? [run] : []));
  const nameOf = (id: string | null) => (id === null ? 'trained first' : ([...learngenes, ...checkpoints].find((c) => c.id === id)?.name ?? 'erased'));
  /** With what the copied comparison had, where it is one. */
  const row = (label: string, show: (of: BenchValues) => string, main?: boolean) => ({ label, main, value: show(v), before: original && show(original) });
  const props = { values: v, set, problems };

  const steps: WizardStep[] = [
    { title: 'Methods', fields: ['methods', 'sigmaStarts'], missing: v.methods.length > 0 ? undefined : 'Choose at least one method.', content: <MethodsStep {...props} /> },
    {
      title: 'Data and sources', fields: ['datasetId', 'denseCheckpointId', 'learngeneId', 'factorisedCheckpointId', 'hiddenSize', 'heads', 'patchSize', 'sourceDepth', 'source', 'depth'], missing: v.datasetId ? undefined : 'Choose a dataset.',
      content: <SourcesStep {...props} dataset={dataset} />,
    },
    { title: 'Budget', fields: ['depths', 'seeds', 'train', 'adaptation', 'chargeAdaptation'], missing: v.depths.length > 0 ? undefined : 'Choose a depth.', content: <BudgetStep {...props} sourceDepth={sourceDepth} /> },
    {
      title: 'Review', fields: ['name'],
      content: (
        <Stack gap="md">
          <TextField label="Name of the comparison" field="name" problems={problems} value={v.name} onChange={(name) => set({ name })} placeholder={`${plural(v.methods.length, 'initialisation')} at depth ${v.depths.join(', ')}`} />
          <ReviewTable
            compared={original && 'In the original'}
            rows={[
              row('Methods', labelsOf, true),
              { label: 'Data', value: dataset?.name ?? '–' },
              ...(needsDense(v) ? [row('Dense source', (of) => nameOf(of.denseCheckpointId))] : []),
              ...(needsFactors(v) ? [row('Source of FINE', (of) => nameOf(of.fineSourceId))] : []),
              row('Depths', (of) => of.depths.join(', ') || '–', true),
              row('Seeds', (of) => String(of.seeds ?? 1)),
              row('Budget', (of) => `${(of.steps ?? 1000).toLocaleString('en')} steps of ${of.batchSize ?? 32} pictures for each run`, true),
              row('Learning rate', (of) => String(of.learningRate ?? 'default')),
              ...(adapting(v).length > 0 ? [row('Adaptation', (of) => (of.chargeAdaptation ? 'taken off the budget' : 'on top of the budget'))] : []),
            ]}
          />
          {first.length > 0 && (
            <div>
              <Text size="sm" fw={600}>Trained first, as sources</Text>
              <List size="sm">{first.map((run) => <List.Item key={run.name}>{run.name.replace('Source: ', '')}, {run.steps.toLocaleString('en')} steps</List.Item>)}</List>
            </div>
          )}
          <Text size="sm" c="dimmed">The runs queue up one after another. Each is a run like any other: it can be paused, resumed and looked at, and leaves a checkpoint.</Text>
        </Stack>
      ),
    },
  ];
  return (
    <Page title="New comparison" lead="The same models, started in different ways: same pictures in the same order, same number of steps." actions={original?.name && <Text size="sm" c="dimmed">{original.name.replace(/ copy$/, ', a copy')}</Text>}>
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel={plans.length > 0 ? `Start ${plural(plans.length, 'run')}` : 'Start'}
        submitting={start.isPending}
        error={start.error}
        json={request ? { kind: 'bench', params: request } : null}
        command={toCommand(v)}
        onReset={() => { start.reset(); draft.reset(); }}
        onSubmit={() =>
          request && start.mutate({ kind: 'bench', params: request }, {
            onSuccess: ({ groupId }) => {
              draft.reset();
              void navigate({ to: '/bench', search: { comparison: groupId } as never });
            },
          })
        }
        summary={
          <PlanSummary planned={planned} waitingFor="Choose methods, pictures and depths to see what this would cost.">
            <SummaryRow label="Methods" value={String(v.methods.length)} />
            <SummaryRow label="Depths × seeds" value={`${v.depths.length} × ${v.seeds ?? 1}`} />
            <SummaryRow label="Sources trained first" value={plans.length === 0 ? '–' : String(first.length)} />
          </PlanSummary>
        }
      />
    </Page>
  );
}
