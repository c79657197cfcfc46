/** Runs that ended without being finished: resume, keep as it is, discard. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import type { ErrorInfo } from '@shared/errors';
import { useConnection } from '../../client/context';
import { useAction, useCall } from '../../client/hooks';
import { useKept } from '../../client/settings';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { RunStatus } from '../../components/RunStatus';
import { Section } from '../../components/Section';
import { showUndo } from '../../components/undo';

export function Attention() {
  const runs = useCall('runs.list', { status: ['interrupted', 'paused', 'failed'], limit: 20 });
  const [kept, setKept] = useKept<string[]>('home.kept', []);
  const shown = runs.data?.runs.filter((run) => !kept.includes(`${run.id} ${run.endedAt}`)) ?? [];
  if (shown.length === 0) return null;
  return (
    <Section title="Needs attention" lead="These runs stopped before their end. Resuming goes on exactly where the last saved state is.">
      <Stack gap="md">
        {shown.map((run) => <Stopped key={run.id} run={run} onKeep={() => setKept((ids) => [...ids.slice(-200), `${run.id} ${run.endedAt}`])} />)}
      </Stack>
    </Section>
  );
}

function Stopped({ run, onKeep }: { run: Run; onKeep(): void }) {
  const connection = useConnection();
  const resume = useAction('runs.resume');
  const discard = useAction('trash.move');
  const error = resume.error ?? discard.error;
  const { message, hint } = (run.error as ErrorInfo | null) ?? {};
  return (
    <div>
      <Group gap="xs">
        <RunStatus status={run.status} />
        <TextLink to={`/runs/${run.id}`}>{run.name}</TextLink>
      </Group>
      {message && <Text size="xs" c="dimmed" mt={4}>{message}{run.status === 'failed' && hint && ` ${hint}`}</Text>}
      <Group gap="xs" mt={6}>
        <Button size="compact-sm" loading={resume.isPending} onClick={() => resume.mutate({ id: run.id })}>{run.step > 0 ? `Resume from step ${run.step.toLocaleString('en')}` : 'Start again'}</Button>
        <Button size="compact-sm" variant="default" onClick={onKeep}>Keep as it is</Button>
        <Button size="compact-sm" variant="default" loading={discard.isPending} onClick={() => discard.mutate({ ids: [run.id] }, { onSuccess: ({ bytes }) => showUndo(connection, [run.id], run.name, bytes) })}>Discard</Button>
      </Group>
      {error && <ErrorPanel error={error} onDismiss={() => (resume.reset(), discard.reset())} />}
    </div>
  );
}
