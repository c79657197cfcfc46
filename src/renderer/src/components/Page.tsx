/** The frame of a screen: title of the window, heading, what it is about, its actions. */
import { Box, Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  /** One line under the heading. */
  lead?: ReactNode;
  /** Beside the heading, such as a status badge. */
  mark?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, lead, mark, actions, children }: PageProps) {
  useDocumentTitle(`${title} – FINE Studio`);
  return (
    <div className="page">
      <Group component="header" justify="space-between" align="flex-start" gap="sm">
        <Box miw={0} maw="52rem" flex="1 1 20rem">
          <Group gap="sm" wrap={mark ? 'nowrap' : 'wrap'}>
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>{title}</Title>
            {mark}
          </Group>
          {lead && (
            <Text component="div" className="lead" size="sm" c="dimmed" mt={2}>
              {lead}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}
