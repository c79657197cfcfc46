/** Wizard of phase 2: one learngene, several sizes, sigma tuned for each. */
import { Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { usePlan } from '../../client/plan';
import { useStable } from '../../client/stable';
import { LearngeneChoice } from '../../components/LearngeneChoice';
import { Page } from '../../components/Page';
import { PlanSummary, SummaryRow } from '../../components/PlanSummary';
import { ReviewTable } from '../../components/wizard/ReviewTable';
import { useCopied } from '../../components/wizard/useCopied';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { targetShape } from '@shared/targetShape';
import { suggestedDepths } from '../learngenes/reuse';
import { SHAPE_FIELDS } from './ShapeFields';
import { SizesStep } from './SizesStep';
import { SizesTable } from './SizesTable';
import { TuningStep } from './TuningStep';
import { fromRun, INITIAL, START_LABELS, toCommand, toRequest, tuningRows } from './values';

export default function InitializePage() {
  const draft = useDraft('initialize', INITIAL);
  const { values, set } = draft;
  const search = useScreenSearch();
  const navigate = useNavigate();
  const start = useAction('runs.start');

  const wanted = typeof search.learngene === 'string' ? search.learngene : null;
  const depths = Array.isArray(search.depths) ? search.depths.filter((d): d is number => Number.isInteger(d) && d > 0) : [];
  const shape = Object.fromEntries((['hiddenSize', 'heads', 'patchSize'] as const).flatMap((key) => (Number.isInteger(search[key]) ? [[key, search[key] as number]] : [])));
  useWish(wanted || depths.length > 0 ? JSON.stringify([wanted, depths, shape]) : null, () => draft.reset({ ...INITIAL, learngeneId: wanted, depths, ...shape }, wanted ? 1 : 0));
  const original = useCopied((run) => draft.reset(fromRun(run)));

  const learngene = useCall('learngenes.list', {}).data?.find((l) => l.id === values.learngeneId);
  const source = useCall('checkpoints.get', { id: learngene?.checkpointId ?? '' }, { enabled: learngene?.checkpointId != null }).data;
  const dataset = useCall('datasets.get', { id: values.datasetId ?? '' }, { enabled: values.datasetId !== null }).data;
  // What the source learned from is the natural choice.
  useEffect(() => {
    if (source?.datasetId && values.datasetId === null) set({ datasetId: source.datasetId });
  }, [source?.datasetId, values.datasetId, set]);

  useEffect(() => {
    if (!learngene?.model || values.suggested?.learngeneId === learngene.id) return;
    const untouched = String(values.depths) === String(values.suggested?.depths ?? []);
    const suggested = { learngeneId: learngene.id, depths: suggestedDepths(learngene.model.depth) };
    set({ suggested, ...(untouched && { depths: suggested.depths }) });
  }, [learngene, values.suggested, values.depths, set]);

  const request = toRequest(values);
  const planned = usePlan(useStable(request && { kind: 'initialize' as const, params: request }));
  const { problems } = planned;
  const target = learngene?.model ? targetShape(learngene.model, values) : null;
  const missingLearngene = learngene ? undefined : 'Choose a learngene.';

  const steps: WizardStep[] = [
    { title: 'Learngene', fields: ['learngeneId'], missing: missingLearngene, content: <LearngeneChoice value={values.learngeneId} onChange={(learngeneId) => set({ learngeneId })} problems={problems} /> },
    {
      title: 'Sizes', fields: ['depths', ...SHAPE_FIELDS], missing: values.depths.length > 0 ? undefined : 'Choose at least one depth.',
      content: learngene?.model ? <SizesStep model={learngene.model} ranks={learngene.ranks} values={values} set={set} planned={planned} problems={problems} /> : <Text size="sm" c="dimmed">Choose a learngene first.</Text>,
    },
    { title: 'Tuning', fields: ['sigmaStart', 'tuneBiases', 'train', 'datasetId'], missing: values.datasetId ? undefined : 'Choose a dataset.', content: <TuningStep values={values} set={set} problems={problems} dataset={dataset} /> },
    {
      title: 'Review', fields: [],
      content: learngene?.model && (
        <Stack gap="md">
          <Text size="sm">
            {values.depths.length === 1 ? 'One model is' : `${values.depths.length} models are`} made from <b>{learngene.name}</b>. Sigma starts as “{START_LABELS[values.sigmaStart].label.toLowerCase()}” and is tuned for {values.steps?.toLocaleString('en') ?? '?'} steps on {dataset?.name ?? 'the pictures'}{values.tuneBiases ? ', together with the biases of the blocks' : ''}. {target?.sigma.resize ? `U and V are first derived from the learngene for the other shape (experimental: ${target.label.slice(2)}) and then stay as they are` : 'U and V stay as they are'}{target?.sigma.tuneOuter ? ', while embedders and final layer are tuned along' : ''}; their hash before and after is shown as proof.
          </Text>
          {original && <ReviewTable compared="In the original" rows={tuningRows(values, fromRun(original))} />}
          <SizesTable target={targetShape(learngene.model, values)} ranks={learngene.ranks} depths={values.depths} planned={planned} />
        </Stack>
      ),
    },
  ];
  return (
    <Page title="Initialise model sizes" lead="Phase 2: models of the depths that you need, from one learngene. Only sigma is tuned, for a few hundred steps each." actions={original && <Text size="sm" c="dimmed">Copy of {original.name}</Text>}>
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel={values.depths.length > 1 ? `Initialise ${values.depths.length} sizes` : 'Initialise'}
        submitting={start.isPending}
        error={start.error}
        json={request ? { kind: 'initialize', params: request } : null}
        command={toCommand(values)}
        onReset={() => { start.reset(); draft.reset(); }}
        onSubmit={() =>
          request && start.mutate({ kind: 'initialize', params: request }, {
            onSuccess: ({ runs, groupId }) => {
              draft.reset();
              void navigate({ to: groupId ? `/initialize/${groupId}` : `/runs/${runs[0].id}` });
            },
          })
        }
        summary={
          <PlanSummary planned={planned} waitingFor="Choose a learngene and sizes to see what this would cost.">
            <SummaryRow label="Learngene" value={learngene?.name ?? '–'} />
            <SummaryRow label="Depths" value={values.depths.length > 0 ? values.depths.join(', ') : '–'} />
            {target?.sigma.resize && <SummaryRow label="Shape" value={target.label.slice(2)} note="experimental" />}
            <SummaryRow label="Data" value={dataset?.name ?? '–'} />
            <SummaryRow label="Steps" value={values.steps?.toLocaleString('en') ?? '–'} note="per size" />
          </PlanSummary>
        }
      />
    </Page>
  );
}
