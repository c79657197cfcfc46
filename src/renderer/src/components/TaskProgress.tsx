import { Button, Group, Loader, Text } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import type { Task } from '@shared/protocol';
import { useAction } from '../client/hooks';
import { formatLeft, formatPercent } from '../format/format';

/** Stops a task. What it had half-written is removed; nothing else changes. */
export function CancelTask({ task, size = 'compact-sm' }: { task: Task; size?: string }) {
  const cancel = useAction('tasks.cancel');
  return (
    <Button size={size} variant="default" leftSection={<IconPlayerStop size={14} />} aria-label={`Cancel: ${task.label}`} loading={cancel.isPending} disabled={task.phase === 'stopping'} onClick={() => cancel.mutate({ id: task.taskId })}>
      Cancel
    </Button>
  );
}

export function taskText(task: Task): string {
  return [task.phase, task.fraction !== null && formatPercent(task.fraction), task.etaMs !== null && formatLeft(task.etaMs)].filter(Boolean).join(', ');
}

/** One line of a form while its work goes on: what it does, how far it is, and a way out. Its place is kept while nothing goes on. */
export function TaskProgress({ task, pending, waiting }: { task: Task | undefined; pending: boolean; waiting: string }) {
  return (
    <Group gap="xs" justify="space-between" mih={26} wrap="nowrap">
      <Text size="sm" role="status" component="div">{pending && <Group gap={8} wrap="nowrap"><Loader size={12} />{task ? taskText(task) : waiting}</Group>}</Text>
      {pending && task && <CancelTask task={task} />}
    </Group>
  );
}
