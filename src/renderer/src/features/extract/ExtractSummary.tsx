import { Loader, Paper, Stack, Text, Title } from '@mantine/core';
import type { Checkpoint } from '@shared/entities';
import { useTasks } from '../../client/hooks';
import { SummaryRow } from '../../components/PlanSummary';
import { formatBytes, formatPercent } from '../../format/format';
import { modelShape } from '../../format/model';

export function ExtractSummary({ checkpoint, rank, bytes, pending }: { checkpoint: Checkpoint | undefined; rank: string | null; bytes: number | null; pending: boolean }) {
  const task = Object.values(useTasks()).find((t) => t.status === 'running' && t.kind === 'extract');
  return (
    <Paper p="md">
      <Stack gap="xs">
        <Title order={2}>Summary</Title>
        {checkpoint ? (
          <>
            <SummaryRow label="From" value={checkpoint.name} />
            <SummaryRow label="Model" value={modelShape(checkpoint.model)} />
            <SummaryRow label="Method" value={checkpoint.form === 'factorised' ? 'taken as it is' : 'decomposed'} />
            <SummaryRow label="Rank" value={rank?.replace(/^ranks? /, '') ?? '–'} />
            <SummaryRow label="Learngene" value={formatBytes(bytes)} />
            <SummaryRow label="Checkpoint" value={formatBytes(checkpoint.bytes)} />
          </>
        ) : (
          <Text size="sm" c="dimmed">Choose a checkpoint to see what its learngene will hold.</Text>
        )}
        <div role="status">{pending && <Text size="sm"><Loader size={12} /> {task ? `${task.phase}${task.fraction === null ? '' : ` ${formatPercent(task.fraction)}`}` : 'Extracting'}</Text>}</div>
      </Stack>
    </Paper>
  );
}
