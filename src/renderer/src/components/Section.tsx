import { Box, Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A sheet with a heading and, on its right, what one can do with it. */
export function Section({ title, lead, actions, children, flush = false }: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} className={flush ? 'flush' : undefined} p={flush ? 0 : 'md'} miw={0}>
      <Group justify="space-between" gap="xs" align="flex-start" mb="sm" px={flush ? 'md' : 0} pt={flush ? 'md' : 0}>
        <Box miw="12rem" flex={1}>
          <Title order={2} id={id}>{title}</Title>
          {lead && <Text size="xs" c="dimmed">{lead}</Text>}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Paper>
  );
}
