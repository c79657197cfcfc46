/** Starts a comparison: which models, begun in which ways, for how long. */
import { Alert, Box, Button, Checkbox, Chip, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Learngene } from '@shared/entities';
import { AppError } from '@shared/errors';
import { estimateStepMs, measuredRuns } from '@shared/speed';
import { useConnection } from '../../client/context';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { useDraft } from '../../components/wizard/useDraft';
import { formatDuration, formatTime, plural } from '../../format/format';
import { usualDepths } from '../learngenes/reuse';
import { tagOf } from './comparisons';
import { INITIAL, METHOD_LABELS, METHODS, type Method, requestsOf, SCRATCH } from './plan';

const MOST_RUNS = 60;
/** Shorter runs are mostly warm-up. */
const LEAST_STEPS = 50;

export default function NewBenchPage() {
  const learngenes = useCall('learngenes.list', {});
  return (
    <Page title="New comparison" lead="Every way begins the same models, sees the same pictures in the same order and takes the same number of steps.">
      <Loaded query={learngenes} height={480}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconFlask} sentence="A comparison starts from a learngene. Extract one from a pretrained checkpoint first." action={<LinkButton to="/extract">Extract a learngene</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : (
            <Form learngenes={list.toSorted((a, b) => b.createdAt - a.createdAt)} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Form({ learngenes }: { learngenes: readonly Learngene[] }) {
  const { values: v, set, reset } = useDraft('bench', INITIAL);
  const connection = useConnection();
  const navigate = useNavigate();
  const learngene = learngenes.find((l) => l.id === v.learngeneId) ?? learngenes[0];
  const source = useCall('checkpoints.get', { id: learngene.checkpointId }).data;
  const datasets = useCall('datasets.list', {}).data;
  const past = useCall('runs.list', { status: ['completed'], limit: 200 }).data;
  const measured = useMemo(() => measuredRuns(past?.runs ?? []), [past]);
  const dataset = datasets?.find((d) => d.id === source?.datasetId) ?? datasets?.[0];
  const depths = v.depths.length > 0 ? v.depths : [learngene.sourceDepth];
  const offered = [...new Set([...usualDepths(learngene.sourceDepth), ...depths])].toSorted((a, b) => a - b);
  const count = v.methods.length * depths.length * v.seeds;
  const name = v.name.trim() || `${plural(v.methods.length, 'way')} to begin depth ${depths.join(', ')}`;

  const ms = source && v.steps ? requestsTime() : null;
  function requestsTime(): number | null {
    const parts = v.methods.flatMap((method) => depths.map((depth) => {
      const sigmaOnly = !(SCRATCH as readonly Method[]).includes(method);
      const model = { ...source!.model, depth };
      return estimateStepMs({ kind: sigmaOnly ? 'initialize' : 'pretrain', model, ranks: method === 'dense' ? null : learngene.ranks, train: { batchSize: v.batchSize ?? 32, accumulate: 1 } }, measured);
    }));
    return parts.some((p) => p === null) ? null : parts.reduce<number>((sum, p) => sum + p!, 0) * v.steps! * v.seeds;
  }

  const missing = v.methods.length < 2 && depths.length < 2 ? 'Choose at least two ways to begin, or two depths.'
    : v.methods.length === 0 ? 'Choose at least one way to begin.'
    : !v.steps || v.steps < LEAST_STEPS ? `Give at least ${LEAST_STEPS} steps.`
    : !v.batchSize ? 'Give a batch size.'
    : count > MOST_RUNS ? `These are ${count} runs; at most ${MOST_RUNS} fit one comparison.`
    : !source || !dataset ? 'The learngene’s source or data is missing.' : null;

  const start = useMutation<string, AppError>({
    mutationFn: async () => {
      const wanted = requestsOf({ ...v, depths }, learngene, source!, dataset!.id);
      // Every run is checked before the first is started.
      for (const { request } of wanted) {
        const problem = (await connection.call('runs.plan', request)).flatMap((plan) => plan.problems)[0];
        if (problem) throw new AppError('invalid-input', problem.message, { hint: problem.hint, field: problem.field });
      }
      const tag = `${tagOf(name)}, ${formatTime(Date.now())}`;
      for (const { name: runName, request } of wanted) {
        const { runs } = await connection.call('runs.start', request);
        for (const run of runs) await connection.call('runs.update', { id: run.id, name: runName, tags: [tag] });
      }
      return tag;
    },
    onSuccess: (comparison) => {
      reset();
      void navigate({ to: '/bench', search: { comparison } as never });
    },
  });

  const choice = (methods: readonly Method[]) => methods.map((m) => <Checkbox key={m} value={m} label={METHOD_LABELS[m].label} description={METHOD_LABELS[m].help} />);
  return (
    <Stack gap="lg" component="form" onSubmit={(event: React.FormEvent) => { event.preventDefault(); if (!missing && !start.isPending) start.mutate(); }}>
      <Section title="Models">
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Select label="Learngene" value={learngene.id} onChange={(learngeneId) => set({ learngeneId, depths: [] })} data={learngenes.map((l) => ({ value: l.id, label: l.name }))} description={source && dataset ? `Width ${source.model.hiddenSize}, from ${learngene.sourceDepth} layers, data: ${dataset.name}` : ' '} inputWrapperOrder={['label', 'input', 'description']} />
            <TextInput label="Name" placeholder={name} value={v.name} maxLength={60} onChange={(e) => set({ name: e.currentTarget.value })} description="How you will find it in the bench." inputWrapperOrder={['label', 'input', 'description']} />
          </SimpleGrid>
          <div>
            <Text size="sm" fw={500} mb={6} id="bench-depths">Depths</Text>
            <Chip.Group multiple value={depths.map(String)} onChange={(chosen) => set({ depths: chosen.map(Number).toSorted((a, b) => a - b) })}>
              <Group gap="xs" role="group" aria-labelledby="bench-depths">{offered.map((d) => <Chip key={d} value={String(d)} size="sm">{d} layers</Chip>)}</Group>
            </Chip.Group>
          </div>
        </Stack>
      </Section>
      <Section title="Ways to begin">
        <Checkbox.Group aria-label="Ways to begin" value={v.methods} onChange={(methods) => set({ methods: METHODS.filter((m) => methods.includes(m)) })}>
          <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
            <Stack gap="sm"><Text size="sm" fw={600}>From the learngene, sigma starts as</Text>{choice(['line', 'mean', 'carry'])}</Stack>
            <Stack gap="sm"><Text size="sm" fw={600}>For the paper’s ablation B</Text>{choice(['random', 'random-rms', 'identical'])}</Stack>
            <Stack gap="sm"><Text size="sm" fw={600}>Without the learngene</Text>{choice([...SCRATCH])}</Stack>
          </SimpleGrid>
        </Checkbox.Group>
      </Section>
      <Section title="Budget" lead="The same for every run. Each way keeps the learning rate that is usual for it.">
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
          <NumberInput label="Steps" min={LEAST_STEPS} allowDecimal={false} value={v.steps ?? ''} onChange={(n) => set({ steps: typeof n === 'number' ? n : undefined })} />
          <NumberInput label="Batch size" min={1} allowDecimal={false} value={v.batchSize ?? ''} onChange={(n) => set({ batchSize: typeof n === 'number' ? n : undefined })} />
          <NumberInput label="Seeds" min={1} max={10} allowDecimal={false} clampBehavior="strict" value={v.seeds} onChange={(n) => typeof n === 'number' && n >= 1 && set({ seeds: n })} description="Several give a mean and a spread." inputWrapperOrder={['label', 'input', 'description']} />
        </SimpleGrid>
      </Section>
      {start.error && <ErrorPanel error={start.error} title="The comparison was not started completely" onDismiss={() => start.reset()} />}
      <Paper p="md">
        <Group justify="space-between" gap="sm">
          <Box>
            <Text size="sm"><b>{plural(count, 'run')}</b> one after the other{ms === null ? '' : `, about ${formatDuration(ms)}`}</Text>
            {missing && <Alert color="ochre" p={6} mt="xs" variant="light" role="status">{missing}</Alert>}
          </Box>
          <Group gap="xs">
            <Button variant="subtle" color="gray" onClick={() => reset()}>Start over</Button>
            <Button type="submit" loading={start.isPending} disabled={missing !== null}>Start {plural(count, 'run')}</Button>
          </Group>
        </Group>
      </Paper>
    </Stack>
  );
}
