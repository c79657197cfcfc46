/** Short work beside training, such as an extraction or an export: at work and waiting, each with a way out. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useTasks } from '../../client/hooks';
import { Section } from '../../components/Section';
import { CancelTask, taskText } from '../../components/TaskProgress';

export function Tasks() {
  const tasks = Object.values(useTasks());
  if (tasks.length === 0) return null;
  return (
    <Section title="Short work" lead="Beside training, one after the other.">
      <Stack gap="md">
        {tasks.map((task) => (
          <div key={task.taskId}>
            <Group justify="space-between" gap="xs" mb={6}>
              <Group gap="xs">
                <Text size="md" fw={600}>{task.label}</Text>
                <Text size="sm" c="dimmed">{taskText(task)}</Text>
              </Group>
              <CancelTask task={task} />
            </Group>
            <Progress value={(task.fraction ?? 0) * 100} size="sm" aria-label={`Progress of ${task.label}`} />
          </div>
        ))}
      </Stack>
    </Section>
  );
}
