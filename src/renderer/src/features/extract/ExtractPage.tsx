/** Wizard: from a checkpoint to the learngene that models of other depths start from. */
import { Alert, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { maxRank, uniformRanks, WEIGHT_TYPES } from '@shared/config';
import type { Checkpoint } from '@shared/entities';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { type Problem, problemAt } from '../../client/plan';
import { CheckpointChoice } from '../../components/CheckpointChoice';
import { NumberField, TextField } from '../../components/form/fields';
import { TextLink } from '../../components/links';
import { Page } from '../../components/Page';
import { commandLine } from '../../components/wizard/commandLine';
import { useDraft } from '../../components/wizard/useDraft';
import { Wizard, type WizardStep } from '../../components/wizard/Wizard';
import { rankText } from '../../format/model';
import { Holdings } from '../learngenes/Holdings';
import { learngeneBytes, reuseAt, usualDepths } from '../learngenes/reuse';
import { SizeComparison } from '../learngenes/SizeComparison';
import { Extracted } from './Extracted';
import { ExtractSummary } from './ExtractSummary';

interface Values {
  checkpointId: string | null;
  name: string;
  /** For dense checkpoints; undefined is the hidden size. */
  rank?: number;
  iterations?: number;
}

const INITIAL: Values = { checkpointId: null, name: '', iterations: 40 };

export default function ExtractPage() {
  const draft = useDraft('extract', INITIAL);
  const { values, set } = draft;
  const search = useScreenSearch();
  const extract = useAction('learngenes.extract');
  const wish = typeof search.checkpoint === 'string' ? search.checkpoint : null;
  // A link may bring a checkpoint; it is taken once, after that the form is the person's.
  const taken = useRef<string | null>(null);
  useEffect(() => {
    if (!wish || taken.current === wish) return;
    taken.current = wish;
    draft.reset({ ...INITIAL, checkpointId: wish });
  }, [wish, draft]);

  const checkpoint = useCall('checkpoints.list', {}).data?.find((c) => c.id === values.checkpointId);
  const dense = checkpoint?.form === 'dense';
  const ranks = checkpoint ? (checkpoint.ranks ?? uniformRanks(values.rank ?? checkpoint.model.hiddenSize)) : null;
  const problems = useMemo(() => problemsOf(values, checkpoint, extract.error), [values, checkpoint, extract.error]);
  const params = checkpoint && { checkpointId: checkpoint.id, name: values.name.trim() || undefined, ...(dense && { rank: values.rank ?? checkpoint.model.hiddenSize, iterations: values.iterations }) };

  if (extract.data) {
    return <Extracted {...extract.data} onAgain={() => { extract.reset(); draft.reset(); }} />;
  }
  const steps: WizardStep[] = [
    {
      title: 'Checkpoint', fields: ['checkpointId'], missing: checkpoint ? undefined : 'Choose a checkpoint.',
      content: (
        <Stack gap="sm">
          <Text size="sm">A factorised checkpoint gives its learngene as it is. A dense one is decomposed, which is an approximation.</Text>
          <CheckpointChoice value={values.checkpointId} onChange={(checkpointId) => { extract.reset(); set({ checkpointId }); }} problems={problems} />
          <Text size="sm" c="dimmed">A model from elsewhere? <TextLink to="/checkpoints/import">Import a checkpoint file</TextLink></Text>
        </Stack>
      ),
    },
    {
      title: 'Learngene', fields: ['rank', 'iterations', 'name'],
      content: checkpoint && ranks && (
        <Stack gap="lg">
          {dense && (
            <>
              <Alert color="ochre" icon={<IconAlertTriangle size={18} />} title="This checkpoint is dense">
                Its layers are decomposed into shared factors by alternating least squares (CP-ALS). Layers that were never trained to share lose accuracy; the error per layer is shown afterwards, and training on repairs much of it.
              </Alert>
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" maw={560}>
                <NumberField label="Rank" field="rank" problems={problems} value={values.rank} onChange={(rank) => set({ rank })} min={1} placeholder={`${checkpoint.model.hiddenSize} (the hidden size)`} help="More holds more and costs more." />
                <NumberField label="Iterations" field="iterations" problems={problems} value={values.iterations} onChange={(iterations) => set({ iterations })} min={1} max={1000} help="Of the decomposition; 40 is usually enough." />
              </SimpleGrid>
            </>
          )}
          {!problemAt(problems, 'rank') && (
            <>
              <div>
                <Title order={3} mb="xs">What it will hold</Title>
                <Holdings model={checkpoint.model} ranks={ranks} />
              </div>
              <div>
                <Title order={3} mb="xs">Beside the models that it can initialise</Title>
                <SizeComparison bytes={learngeneBytes(checkpoint.model, ranks)} rows={usualDepths(checkpoint.model.depth).map((depth) => reuseAt(checkpoint.model, ranks, depth))} />
              </div>
            </>
          )}
          <div style={{ maxWidth: 420 }}>
            <TextField label="Name" field="name" problems={problems} value={values.name} onChange={(name) => set({ name })} placeholder={`Learngene of ${checkpoint.name}`} />
          </div>
        </Stack>
      ),
    },
  ];
  return (
    <Page title="Extract a learngene" lead="What one pretrained model hands on: the factors that all its layers share, to start models of any depth.">
      <Wizard
        steps={steps}
        step={draft.step}
        onStep={draft.setStep}
        problems={problems}
        submitLabel="Extract"
        submitting={extract.isPending}
        error={extract.error && !extract.error.field ? extract.error : null}
        json={params ?? null}
        command={commandLine('extract', { checkpoint: checkpoint?.id ?? 'CHECKPOINT', name: values.name.trim() || null, rank: dense ? (values.rank ?? checkpoint?.model.hiddenSize) : null, iterations: dense ? values.iterations : null })}
        onReset={() => { extract.reset(); draft.reset(); }}
        onSubmit={() => params && extract.mutate(params)}
        summary={<ExtractSummary checkpoint={checkpoint} rank={ranks && rankText(ranks)} bytes={checkpoint && ranks ? learngeneBytes(checkpoint.model, ranks) : null} pending={extract.isPending} />}
      />
    </Page>
  );
}

function problemsOf(values: Values, checkpoint: Checkpoint | undefined, error: { field?: string; message: string; hint?: string } | null): Problem[] {
  const out: Problem[] = [];
  if (checkpoint?.form === 'dense') {
    const { hiddenSize, mlpRatio } = checkpoint.model;
    const most = Math.min(...WEIGHT_TYPES.map((type) => maxRank(type, hiddenSize, mlpRatio)));
    const rank: number | undefined = values.rank;
    if (rank !== undefined && (!Number.isInteger(rank) || rank < 1 || rank > most)) out.push({ field: 'rank', message: `The rank must be a whole number from 1 to ${most} at hidden size ${hiddenSize}.` });
    if (values.iterations !== undefined && (values.iterations < 1 || values.iterations > 1000)) out.push({ field: 'iterations', message: 'Choose 1 to 1000 iterations.' });
  }
  if (error?.field) out.push({ field: error.field, message: error.message, hint: error.hint });
  return out;
}

