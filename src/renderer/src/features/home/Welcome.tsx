import { Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { LinkButton } from '../../components/links';
import { Method } from './Method';

/** First start: what this is, in one picture and two buttons. */
export function Welcome({ demo }: { demo: ReactNode }) {
  return (
    <Paper p="xl">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="lg" justify="center">
          <div>
            <Title order={2} fz="1.375rem">Several model sizes from one training</Title>
            <Text mt="xs" maw="34rem">
              Train once on your pictures. What the model learned is kept in factors that all its layers share, and from these a shallower or a deeper model starts within minutes.
            </Text>
          </div>
          <Group gap="sm">
            {demo}
            <LinkButton to="/data/add" variant="default" size="md">New project from my images</LinkButton>
          </Group>
          <Text size="sm" c="dimmed" maw="34rem">
            The demo does everything once on built-in pictures, in about three minutes on an ordinary processor. Nothing leaves this machine.
          </Text>
        </Stack>
        <Method />
      </SimpleGrid>
    </Paper>
  );
}
