/** The `?` sheet: all actions of the moment that have a shortcut, by group. */
import { Box, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useStore } from 'zustand';
import { Keys } from './Keys';
import { registry, useCurrentActions } from './registry';

export function ShortcutSheet() {
  const open = useStore(registry, (s) => s.sheet);
  const actions = useCurrentActions().filter((a) => a.shortcut);
  const groups = [...new Set(actions.map((a) => a.group))];
  return (
    <Modal opened={open} onClose={() => registry.setState({ sheet: false })} title="Keyboard shortcuts" size="lg">
      <Box style={{ columns: '15rem 2', columnGap: '1.25rem' }}>
        {groups.map((group) => (
          <Stack key={group} gap={4} mb="lg" style={{ breakInside: 'avoid' }}>
            <Title order={3}>{group}</Title>
            {actions
              .filter((a) => a.group === group)
              .map((a) => (
                <Group key={a.id} justify="space-between" wrap="nowrap">
                  <Text size="sm">{a.label}</Text>
                  <Keys shortcut={a.shortcut!} />
                </Group>
              ))}
          </Stack>
        ))}
      </Box>
    </Modal>
  );
}
