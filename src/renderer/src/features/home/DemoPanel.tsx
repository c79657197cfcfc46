/** The guided demo as it goes: phases, the loss of the run at work, the newest pictures, where to look afterwards. */
import { Box, Button, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCheck, IconCircle, IconCircleDot, IconX } from '@tabler/icons-react';
import type { DemoState } from '@shared/protocol';
import type { ErrorInfo } from '@shared/errors';
import { useAction, useCall } from '../../client/hooks';
import { useKept } from '../../client/settings';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LinkButton } from '../../components/links';
import { RunLossChart } from '../../components/RunLossChart';
import { SampleViewer } from '../../components/SampleViewer';
import { formatDuration } from '../../format/format';

function Phases({ demo }: { demo: DemoState }) {
  return (
    <Stack component="ol" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {demo.phases.map((phase, i) => {
        const done = demo.status === 'completed' || i < demo.phase;
        const now = !done && i === demo.phase;
        const stopped = now && demo.status !== 'running';
        const Icon = done ? IconCheck : stopped ? IconX : now ? IconCircleDot : IconCircle;
        return (
          <Group key={phase} component="li" gap="xs" wrap="nowrap" aria-current={now ? 'step' : undefined}>
            <Icon size={16} style={{ flex: 'none', color: stopped ? 'var(--bad)' : done || now ? 'var(--accent)' : 'var(--mantine-color-dimmed)' }} aria-label={done ? 'Done' : stopped ? 'Stopped' : now ? 'At work' : 'To come'} />
            <Text size="sm" fw={now ? 600 : 400} c={done || now ? undefined : 'dimmed'}>{phase}</Text>
          </Group>
        );
      })}
    </Stack>
  );
}

function Results({ demo }: { demo: DemoState }) {
  return (
    <Group gap="xs">
      {demo.runIds[0] && <LinkButton size="xs" variant="default" to="/runs">Runs and curves</LinkButton>}
      {demo.learngeneId && <LinkButton size="xs" variant="default" to={`/learngenes/${demo.learngeneId}`}>Learngene</LinkButton>}
      {demo.checkpointIds.length > 0 && <LinkButton size="xs" variant="default" to="/checkpoints">Checkpoints and samples</LinkButton>}
      {demo.learngeneId && <LinkButton size="xs" to="/initialize" search={{ learngene: demo.learngeneId }}>Initialise more sizes</LinkButton>}
    </Group>
  );
}

export function DemoPanel({ demo }: { demo: DemoState }) {
  const cancel = useAction('demo.cancel');
  const start = useAction('demo.start');
  const [dismissed, setDismissed] = useKept('home.demo-dismissed', '');
  const runId = demo.runIds.at(-1);
  // The first run shows the most: the last ones are over in seconds.
  const shownRun = demo.runIds[0] ?? runId;
  const samples = useCall('samples.list', { runId: shownRun }, { enabled: shownRun !== undefined });
  const dataset = useCall('datasets.get', { id: demo.datasetId ?? '' }, { enabled: demo.datasetId !== null });
  const running = demo.status === 'running';
  if (!running && dismissed === (demo.runIds[0] ?? demo.status)) return null;
  const title = { idle: 'Demo', running: 'The demo is running', completed: 'The demo is done', failed: 'The demo stopped', cancelled: 'The demo was cancelled' }[demo.status];
  return (
    <Paper component="section" aria-label="Demo" p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{title}</Title>
        <Group gap="xs">
          <Text size="sm" c="dimmed">{running && (demo.etaMs === null ? 'about three minutes' : `${formatDuration(demo.etaMs)} left`)}</Text>
          {running ? (
            <Button size="compact-sm" variant="default" onClick={() => cancel.mutate({})} loading={cancel.isPending}>Cancel</Button>
          ) : (
            <>
              {demo.status !== 'completed' && <Button size="compact-sm" variant="default" onClick={() => start.mutate({})}>Start again</Button>}
              <Button size="compact-sm" variant="subtle" onClick={() => setDismissed(demo.runIds[0] ?? demo.status)}>Dismiss</Button>
            </>
          )}
        </Group>
      </Group>
      <Progress value={demo.fraction * 100} size="sm" mb="md" color={demo.status === 'failed' ? 'madder' : 'viridian'} aria-label="Progress of the demo" />
      {demo.error != null && <Box mb="md"><ErrorPanel error={demo.error as ErrorInfo} /></Box>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
        <Stack gap="md">
          <Phases demo={demo} />
          <Results demo={demo} />
        </Stack>
        <RunLossChart runId={shownRun} height={250} />
        <SampleViewer samples={samples.data ?? []} title="Demo" classNames={dataset.data?.classes.map((c) => c.name)} height={250} />
      </SimpleGrid>
    </Paper>
  );
}
