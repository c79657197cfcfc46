import { Paper, Stack, Text, Title } from '@mantine/core';
import type { Checkpoint } from '@shared/entities';
import type { Task } from '@shared/protocol';
import { SummaryRow } from '../../components/PlanSummary';
import { TaskProgress } from '../../components/TaskProgress';
import { formatBytes } from '../../format/format';
import { modelShape } from '../../format/model';

export function ExtractSummary({ checkpoint, rank, bytes, task, pending }: { checkpoint: Checkpoint | undefined; rank: string | null; bytes: number | null; task: Task | undefined; pending: boolean }) {
  return (
    <Paper p="md">
      <Stack gap="xs">
        <Title order={2}>Summary</Title>
        {checkpoint ? (
          <>
            <SummaryRow label="From" value={checkpoint.name} />
            <SummaryRow label="Width × depth" value={modelShape(checkpoint.model)} />
            <SummaryRow label="Method" value={checkpoint.form === 'factorised' ? 'taken as it is' : 'decomposed'} />
            <SummaryRow label="Rank" value={rank?.replace(/^ranks? /, '') ?? '–'} />
            <SummaryRow label="Learngene" value={formatBytes(bytes)} />
            <SummaryRow label="Checkpoint" value={formatBytes(checkpoint.bytes)} />
          </>
        ) : (
          <Text size="sm" c="dimmed">Choose a checkpoint to see what its learngene will hold.</Text>
        )}
        <TaskProgress task={task} pending={pending} waiting="Extracting" />
      </Stack>
    </Paper>
  );
}
