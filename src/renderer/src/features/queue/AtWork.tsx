/** The run at work, with what stops it. */
import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerStop } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { RunProgress } from '../../components/RunProgress';
import { RUN_KIND_LABELS } from '../../components/RunStatus';

export function AtWork({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return <Text size="sm" c="dimmed">The next run starts in a moment.</Text>;
  return <Stack gap="md">{runs.map((run) => <Working key={run.id} run={run} />)}</Stack>;
}

function Working({ run }: { run: Run }) {
  const pause = useAction('runs.pause');
  const cancel = useAction('runs.cancel');
  const error = pause.error ?? cancel.error;
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={6}>
        <Group gap="xs">
          <TextLink to={`/runs/${run.id}`} size="md" fw={600}>{run.name}</TextLink>
          <Text size="sm" c="dimmed">{RUN_KIND_LABELS[run.kind]}</Text>
        </Group>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" leftSection={<IconPlayerPause size={14} />} loading={pause.isPending} onClick={() => pause.mutate({ id: run.id })}>Pause</Button>
          <Button size="compact-sm" variant="default" leftSection={<IconPlayerStop size={14} />} loading={cancel.isPending} onClick={() => cancel.mutate({ id: run.id })}>Cancel</Button>
        </Group>
      </Group>
      <RunProgress run={run} />
      {error && <Box mt="xs"><ErrorPanel error={error} onDismiss={() => (pause.reset(), cancel.reset())} /></Box>}
    </div>
  );
}
