/** How close the samples of this checkpoint come to the real pictures: measured on request, every result kept. */
import { Button, Group, Paper, Progress, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconRulerMeasure } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { SAMPLERS } from '@shared/config';
import type { Checkpoint } from '@shared/entities';
import { FEATURE_KINDS } from '@shared/quality';
import { measuredRuns, roughGflops } from '@shared/speed';
import { useAction, useCall, useTasks } from '../../client/hooks';
import { type Problem, problemAt } from '../../client/plan';
import { useKept } from '../../client/settings';
import { CopyText } from '../../components/CopyText';
import { ErrorPanel } from '../../components/ErrorPanel';
import { ChoiceField, NumberField, SwitchField, TextField } from '../../components/form/fields';
import { FileField } from '../../components/form/FileField';
import { formatLeft, formatPercent, formatRoughly } from '../../format/format';
import { evaluatingProblems, type EvaluatingValues, FEATURE_HELP, FEATURE_LABELS, INITIAL_EVALUATING, toEvaluateCommand, toEvaluation } from './evaluating';
import { evaluationMs } from './evaluationTime';
import { QualityHistory } from './QualityHistory';
import { QualityResult } from './QualityResult';
import { SAMPLER_LABELS } from './sampling';

const NETWORK_OPTIONS = [
  { value: 'name', label: 'By the file’s name' },
  { value: 'inception', label: 'Inception (FID)' },
  { value: 'dino', label: 'DINO (FDD)' },
  { value: 'other', label: 'Another' },
] as const;

export function Quality({ checkpoint }: { checkpoint: Checkpoint }) {
  const [values, setValues] = useKept<EvaluatingValues>('evaluation', INITIAL_EVALUATING);
  const v = { ...INITIAL_EVALUATING, ...values };
  const datasets = useCall('datasets.list', {}).data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const fitting = datasets.filter((d) => d.size === checkpoint.model.inputSize && d.channels === checkpoint.model.inChannels && d.classes.length === checkpoint.model.numClasses);
  const datasetId = chosen ?? checkpoint.datasetId ?? (fitting.length === 1 ? fitting[0].id : null);
  const evaluate = useAction('evaluations.create');
  const history = useCall('evaluations.list', { checkpointId: checkpoint.id }).data ?? [];
  const [shownId, setShownId] = useState<string | null>(null);
  const shown = history.find((e) => e.id === shownId) ?? history[0];
  const ms = useEvaluationMs(v, checkpoint);
  const { error } = evaluate;
  const cancelled = error?.code === 'cancelled';

  const clear = () => error && evaluate.reset();
  const set = (change: Partial<EvaluatingValues>) => {
    clear();
    setValues((before) => ({ ...INITIAL_EVALUATING, ...before, ...change }));
  };
  const known = evaluatingProblems(v, checkpoint, datasets.find((d) => d.id === datasetId));
  // What the host refused may have been mended since, as a file at the same path: it can be tried again.
  const problems: Problem[] = [...known, ...(error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [])];
  const datasetProblem = datasets.length > 0 ? problemAt(problems, 'datasetId') : undefined;
  return (
    <Paper component="section" aria-labelledby="quality" p="md">
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} id="quality">Quality</Title>
          <Text size="xs" c="dimmed">How close samples come to the real pictures. Figures can be compared when features, samples and drawing are the same.</Text>
        </div>
        <CopyText label="Copy as command line" text={toEvaluateCommand(v, checkpoint.id, datasetId)} />
      </Group>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (known.length === 0 && !evaluate.isPending) evaluate.mutate(toEvaluation(v, checkpoint.id, datasetId), { onSuccess: ({ id }) => setShownId(id) });
        }}
      >
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm" verticalSpacing="xs">
          <Select label="Real pictures" name="datasetId" placeholder="Choose a dataset" value={datasetId} onChange={(id) => { clear(); setChosen(id); }} data={datasets.map((d) => ({ value: d.id, label: d.name }))} error={datasetProblem && `${datasetProblem.message} ${datasetProblem.hint ?? ''}`} />
          <ChoiceField label="Features" field="features" problems={problems} value={v.features} onChange={(features) => set({ features })} options={FEATURE_KINDS.map((value) => ({ value, label: FEATURE_LABELS[value] }))} />
          <NumberField label="Samples" field="samples" problems={problems} value={v.samples} onChange={(samples) => set({ samples })} min={2} max={100_000} step={64} />
          <NumberField label="Guidance scale" field="guidanceScale" problems={problems} value={v.guidanceScale} onChange={(guidanceScale) => set({ guidanceScale })} min={0} max={100} step={0.5} decimals={2} />
          <ChoiceField label="Sampling method" field="sampler" problems={problems} value={v.sampler} onChange={(sampler) => set({ sampler })} options={SAMPLERS.map((value) => ({ value, label: SAMPLER_LABELS[value] }))} />
          <TextField label="Sampling steps" field="steps" problems={problems} value={v.steps} onChange={(steps) => set({ steps })} placeholder="50 or ddim25" />
          <NumberField label="Seed of the noise" field="seed" problems={problems} value={v.seed} onChange={(seed) => set({ seed })} min={0} />
        </SimpleGrid>
        {v.features === 'onnx' && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" mt="xs">
            <FileField label="Extractor" field="extractor" problems={problems} value={v.extractor} onChange={(extractor) => set({ extractor })} extensions={['onnx']} placeholder="/home/me/inception.onnx" />
            <ChoiceField label="Its network" field="network" problems={problems} value={v.network} onChange={(network) => set({ network })} options={NETWORK_OPTIONS} />
          </SimpleGrid>
        )}
        <Text size="xs" c="dimmed" mt={6}>{FEATURE_HELP[v.features]}</Text>
        <Group justify="space-between" mt="sm" gap="md" mih={36}>
          {checkpoint.hasEma ? <SwitchField label="Averaged weights (EMA)" field="useEma" problems={[]} checked={v.useEma} onChange={(useEma) => set({ useEma })} /> : <span />}
          <Group gap="sm">
            <Text size="sm" c="dimmed">{known.length === 0 && ms !== null && `Takes roughly ${formatRoughly(ms)} here`}</Text>
            <Button type="submit" loading={evaluate.isPending} disabled={known.length > 0} leftSection={<IconRulerMeasure size={16} />}>Measure</Button>
          </Group>
        </Group>
      </form>
      <Measuring checkpoint={checkpoint} />
      {error && !error.field && !cancelled && <Stack mt="sm"><ErrorPanel error={error} onDismiss={() => evaluate.reset()} /></Stack>}
      {shown ? <QualityResult evaluation={shown} /> : <Text size="sm" c="dimmed">Nothing measured yet.</Text>}
      {shown && <QualityHistory evaluations={history} shownId={shown.id} onShow={setShownId} />}
    </Paper>
  );
}

function useEvaluationMs(v: EvaluatingValues, checkpoint: Checkpoint): number | null {
  const earlier = useCall('evaluations.list', { limit: 100 }).data;
  const checkpoints = useCall('checkpoints.list', {}).data;
  const past = useCall('runs.list', { status: ['completed'], limit: 500 }).data;
  const machine = useCall('app.info', {}).data;
  const trained = useMemo(() => measuredRuns(past?.runs ?? []), [past]);
  return evaluationMs(v, checkpoint, earlier ?? [], checkpoints ?? [], trained, roughGflops(machine?.testStepGflops ?? null, checkpoint.model));
}

/** Progress of the evaluation at work, whoever started it. Its place is there from the start. */
function Measuring({ checkpoint }: { checkpoint: Checkpoint }) {
  const task = Object.values(useTasks()).find((t) => t.status === 'running' && t.kind === 'evaluate' && t.label === `Evaluate ${checkpoint.name}`);
  const cancel = useAction('tasks.cancel');
  return (
    <Group wrap="nowrap" gap="md" my="xs" mih={34}>
      {task && (
        <>
          <Progress value={(task.fraction ?? 0) * 100} style={{ flex: 1 }} size="md" aria-label={`Progress: ${task.phase}`} />
          <Text size="sm" role="status" miw="17rem">{task.phase}{task.fraction !== null && ` ${formatPercent(task.fraction)}`}{task.etaMs !== null && `, ${formatLeft(task.etaMs)}`}</Text>
          <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ id: task.taskId })}>Cancel</Button>
        </>
      )}
    </Group>
  );
}
