/** One size: how far it is, and when it is done what one does with it. The place of the buttons is there from the start. */
import { Group, Paper, Text, Title } from '@mantine/core';
import type { Run } from '@shared/entities';
import type { ErrorInfo } from '@shared/errors';
import { LinkButton, TextLink } from '../../components/links';
import { RunProgress } from '../../components/RunProgress';
import { RunStatus } from '../../components/RunStatus';
import { formatCount } from '../../format/format';
import { outcome } from './outcome';

const WAITING: Partial<Record<Run['status'], string>> = {
  queued: 'Waits for its turn.',
  running: 'Sigma is being tuned.',
  paused: 'Paused: its page resumes it.',
  interrupted: 'Interrupted: its page resumes it.',
  cancelled: 'Cancelled.',
};

export function SizeCard({ run }: { run: Run }) {
  const { depth, checkpointId, parameters } = outcome(run);
  return (
    <Paper p="sm" component="section" aria-label={`Depth ${depth}`}>
      <Group justify="space-between" mb={6} wrap="nowrap">
        <Group gap="xs" align="baseline" wrap="nowrap" miw={0}>
          <Title order={2}><TextLink to={`/runs/${run.id}`} size="md" fw={600}>Depth {depth}</TextLink></Title>
          {parameters !== null && <Text size="xs" c="dimmed" truncate>{formatCount(parameters)} parameters</Text>}
        </Group>
        <RunStatus status={run.status} />
      </Group>
      {/* Speed and time left come on a line of their own in a narrow card; nothing moves when they do. */}
      <div style={{ minHeight: 70 }}><RunProgress run={run} /></div>
      <Group gap="xs" mt="sm" mih={26}>
        {checkpointId ? (
          <>
            <LinkButton size="compact-sm" variant="default" to={`/checkpoints/${checkpointId}`}>Sample</LinkButton>
            <LinkButton size="compact-sm" variant="default" to="/train" search={{ checkpoint: checkpointId }}>Train on</LinkButton>
            <LinkButton size="compact-sm" variant="default" to="/export" search={{ checkpoint: checkpointId }}>Export</LinkButton>
          </>
        ) : (
          <Text size="xs" c={run.status === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'} lineClamp={2}>{run.status === 'failed' ? `Failed: ${(run.error as ErrorInfo | null)?.message ?? 'see its log'}` : WAITING[run.status]}</Text>
        )}
      </Group>
    </Paper>
  );
}
