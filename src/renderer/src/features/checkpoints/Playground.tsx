/** Draw pictures with this checkpoint, or with two on the same seeds; everything drawn stays in the history. */
import { Button, Group, MultiSelect, Paper, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowsShuffle, IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import { SAMPLERS } from '@shared/config';
import type { Checkpoint, Sample } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { useCall, useTask } from '../../client/hooks';
import type { Problem } from '../../client/plan';
import { useKept } from '../../client/settings';
import { CopyText } from '../../components/CopyText';
import { ErrorPanel } from '../../components/ErrorPanel';
import { ChoiceField, NumberField, SwitchField, TextField } from '../../components/form/fields';
import { Drawn } from './Drawn';
import { History } from './History';
import { fromSample, INITIAL_SAMPLING, SAMPLER_LABELS, samplingProblems, type SamplingValues, toSampleCommand, toSampleRequest } from './sampling';

export function Playground({ checkpoint, startWith }: { checkpoint: Checkpoint; startWith: string | null }) {
  const [values, setValues] = useKept<SamplingValues>('playground', INITIAL_SAMPLING);
  const v = { ...INITIAL_SAMPLING, ...values, classes: values.classes.filter((c) => Number(c) <= checkpoint.model.numClasses) };
  const set = (change: Partial<SamplingValues>) => {
    if (error) clearError();
    setValues((before) => ({ ...INITIAL_SAMPLING, ...before, ...change }));
  };
  const [otherId, setOtherId] = useState(startWith);
  const all = useCall('checkpoints.list', {}).data ?? [];
  const rivals = all.filter((c) => c.id !== checkpoint.id && c.model.inputSize === checkpoint.model.inputSize && c.model.numClasses === checkpoint.model.numClasses);
  const other = rivals.find((c) => c.id === otherId);
  const history = useCall('samples.list', { checkpointId: checkpoint.id });
  const { draw, drawing, atWork, task, shown, show, error, clearError } = useDrawing();
  const newest = history.data?.filter((s) => s.runId === null).toSorted((a, b) => b.createdAt - a.createdAt)[0];
  const [left, right] = [shown[checkpoint.id] ?? newest, other && shown[other.id]];

  const problems: Problem[] = [...samplingProblems(v), ...(error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [])];
  const classNames = checkpoint.classNames;
  const options = [...Array.from({ length: checkpoint.model.numClasses }, (_, i) => ({ value: String(i), label: classNames[i] ?? `Class ${i}` })), { value: String(checkpoint.model.numClasses), label: 'No class' }];
  return (
    <Paper component="section" aria-labelledby="playground" p="md">
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} id="playground">Playground</Title>
          <Text size="xs" c="dimmed">The same seed draws the same pictures, on every machine and in the exported scripts.</Text>
        </div>
        <CopyText label="Copy as command line" text={toSampleCommand(v, checkpoint.id)} />
      </Group>
      <form onSubmit={(event) => {
        event.preventDefault();
        if (problems.length === 0 && !drawing) draw([checkpoint, ...(other ? [other] : [])].map((c) => toSampleRequest(v, c.id)));
      }}>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" verticalSpacing="xs">
          <MultiSelect label="Classes" placeholder={v.classes.length === 0 ? 'Every class in turn' : undefined} searchable clearable data={options} value={v.classes} onChange={(classes) => set({ classes })} maxDropdownHeight={280} error={problems.find((p) => p.field === 'classes')?.message} />
          <NumberField label="Pictures" field="count" problems={problems} value={v.count} onChange={(count) => set({ count })} min={1} max={256} />
          <NumberField label="Guidance" field="guidanceScale" problems={problems} value={v.guidanceScale} onChange={(guidanceScale) => set({ guidanceScale })} min={0} max={100} step={0.5} decimals={2} />
          <ChoiceField label="Sampler" field="sampler" problems={problems} value={v.sampler} onChange={(sampler) => set({ sampler })} options={SAMPLERS.map((value) => ({ value, label: SAMPLER_LABELS[value] }))} />
          <TextField label="Steps" field="steps" problems={problems} value={v.steps} onChange={(steps) => set({ steps })} placeholder="50 or ddim25" />
          <NumberField label="Seed" field="seed" problems={problems} value={v.seed} onChange={(seed) => set({ seed })} min={0} />
        </SimpleGrid>
        <Group justify="space-between" mt="sm" gap="md">
          <Group gap="lg">
            {checkpoint.hasEma && <SwitchField label="Averaged weights (EMA)" field="useEma" problems={[]} checked={v.useEma} onChange={(useEma) => set({ useEma })} />}
            <SwitchField label="Clip in every step" field="clipDenoised" problems={[]} checked={v.clipDenoised} onChange={(clipDenoised) => set({ clipDenoised })} />
            <Select size="xs" w={260} aria-label="Side by side with" placeholder={rivals.length > 0 ? 'Side by side with …' : 'No other model fits beside it'} disabled={rivals.length === 0} clearable allowDeselect searchable value={other?.id ?? null} onChange={setOtherId} data={rivals.map((c) => ({ value: c.id, label: `${c.name} (depth ${c.model.depth})` }))} />
          </Group>
          <Group gap="xs">
            <Button variant="default" leftSection={<IconArrowsShuffle size={16} />} onClick={() => set({ seed: Math.floor(Math.random() * 2 ** 31) })}>New seed</Button>
            <Button type="submit" loading={drawing} disabled={problems.length > 0} leftSection={<IconWand size={16} />}>Draw</Button>
          </Group>
        </Group>
      </form>
      {error && !error.field && <Stack mt="sm"><ErrorPanel error={error} onDismiss={clearError} /></Stack>}
      <SimpleGrid cols={{ base: 1, xs: other ? 2 : 1 }} spacing="md" mt="md">
        <Drawn title={checkpoint.name} sample={left} drawing={drawing} task={atWork === checkpoint.id ? task : undefined} classNames={classNames} />
        {other && <Drawn title={other.name} sample={right} drawing={drawing} task={atWork === other.id ? task : undefined} classNames={classNames} />}
      </SimpleGrid>
      <History samples={history.data ?? []} shownId={left?.id} onPick={(sample) => { show(checkpoint.id, sample); set(fromSample(sample)); }} />
    </Paper>
  );
}

/** Draws one request after the other, so that two models never compete for the machine; each is shown as it comes. Cancelling ends all of them. */
function useDrawing() {
  const sampling = useTask('samples.create');
  const [shown, setShown] = useState<Readonly<Record<string, Sample>>>({});
  const [atWork, setAtWork] = useState<string | null>(null);
  const show = (checkpointId: string, sample: Sample) => setShown((before) => ({ ...before, [checkpointId]: sample }));
  const draw = async (requests: readonly ParamsIn<'samples.create'>[]) => {
    try {
      for (const request of requests) {
        setAtWork(request.checkpointId);
        show(request.checkpointId, await sampling.mutateAsync(request));
      }
    } catch {
      // What went wrong is the action's error.
    } finally {
      setAtWork(null);
    }
  };
  return { draw: (requests: Parameters<typeof draw>[0]) => void draw(requests), drawing: atWork !== null, atWork, task: sampling.task, shown, show, error: sampling.error, clearError: sampling.reset };
}
