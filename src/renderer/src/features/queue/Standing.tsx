/** Runs that stand still and could go on: paused, interrupted, failed, cancelled. */
import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Run } from '@shared/entities';
import type { ErrorInfo } from '@shared/errors';
import { useConnection } from '../../client/context';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { RunStatus } from '../../components/RunStatus';
import { Section } from '../../components/Section';
import { showUndo } from '../../components/undo';
import { formatTime } from '../../format/format';

const AT_FIRST = 6;

export function Standing({ runs }: { runs: readonly Run[] }) {
  const [all, setAll] = useState(false);
  if (runs.length === 0) return null;
  const shown = all ? runs : runs.slice(0, AT_FIRST);
  return (
    <Section title="Stopped" lead="They left the queue before their end. Resuming puts a run at the end of the queue and goes on exactly from its last saved state.">
      <Stack gap="sm">{shown.map((run) => <Stopped key={run.id} run={run} />)}</Stack>
      {runs.length > AT_FIRST && <Button mt="sm" size="compact-sm" variant="subtle" onClick={() => setAll(!all)}>{all ? 'Show fewer' : `Show all ${runs.length}`}</Button>}
    </Section>
  );
}

function Stopped({ run }: { run: Run }) {
  const connection = useConnection();
  const resume = useAction('runs.resume');
  const trash = useAction('trash.move');
  const error = resume.error ?? trash.error;
  const reason = (run.error as ErrorInfo | null)?.message;
  const again = run.step > 0 ? `Resume from step ${run.step.toLocaleString('en')}` : run.status === 'failed' ? 'Try again' : 'Queue again';
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Group gap="xs" miw={0}>
          <RunStatus status={run.status} />
          <TextLink to={`/runs/${run.id}`}>{run.name}</TextLink>
          <Text size="xs" c="dimmed">step {run.step.toLocaleString('en')} of {run.steps.toLocaleString('en')}{run.endedAt ? `, stopped ${formatTime(run.endedAt)}` : ''}</Text>
        </Group>
        <Group gap="xs" wrap="nowrap" style={{ flex: 'none' }}>
          <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={resume.isPending} onClick={() => resume.mutate({ id: run.id })}>{again}</Button>
          <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconTrash size={14} />} loading={trash.isPending} onClick={() => trash.mutate({ ids: [run.id] }, { onSuccess: ({ bytes }) => showUndo(connection, [run.id], run.name, bytes) })}>Discard</Button>
        </Group>
      </Group>
      {reason && <Text size="xs" c="dimmed" mt={2}>{reason}</Text>}
      {error && <Box mt="xs"><ErrorPanel error={error} onDismiss={() => (resume.reset(), trash.reset())} /></Box>}
    </div>
  );
}
