/** After something went to the trash: a notice that takes it back. */
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Connection } from '../client/connection';
import { formatBytes } from '../format/format';

const UNDO_MS = 12_000;

export function showUndo(connection: Connection, ids: string[], name: string, bytes: number): void {
  const id = `trash-${ids[0]}`;
  const undo = () => {
    notifications.hide(id);
    void connection.call('trash.restore', { ids }).catch((error: Error) => notifications.show({ title: 'It could not be restored', message: error.message, color: 'madder', autoClose: false }));
  };
  notifications.show({
    id,
    title: 'Moved to the trash',
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" gap="xs">
        <Text size="sm">{name}, {formatBytes(bytes)}</Text>
        <Button size="compact-sm" variant="default" onClick={undo}>Undo</Button>
      </Group>
    ),
  });
}
