import { Group, Stack, Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** What to do where nothing is yet: one sentence, one primary action, perhaps a second way. */
export function EmptyState({ icon: IconOf, sentence, action, second }: { icon: Icon; sentence: ReactNode; action?: ReactNode; second?: ReactNode }) {
  return (
    <Stack className="sunk" align="center" gap="sm" py={40} px="lg">
      <IconOf size={30} stroke={1.3} style={{ color: 'var(--accent)' }} aria-hidden />
      <Text size="md" ta="center" maw="34rem">
        {sentence}
      </Text>
      {(action || second) && (
        <Group gap="sm" justify="center">
          {action}
          {second}
        </Group>
      )}
    </Stack>
  );
}
