/** Above a page whose thing was thrown away: says so, and takes it back. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconTrash, IconTrashOff } from '@tabler/icons-react';
import { useAction } from '../client/hooks';
import { formatTime } from '../format/format';
import { ErrorPanel } from './ErrorPanel';

/** `noun` such as "run". Nothing is drawn while the thing is where it belongs. */
export function TrashedNotice({ id, noun, trashedAt }: { id: string; noun: string; trashedAt: number | null }) {
  const restore = useAction('trash.restore');
  if (trashedAt === null) return null;
  return (
    <>
      <Alert color="ochre" style={{ background: 'var(--warn-soft)' }} icon={<IconTrash size={18} />} title={`This ${noun} is in the trash`}>
        <Group justify="space-between">
          <Text size="sm" maw="44rem">Since {formatTime(trashedAt)}. Nothing of it is lost yet, but lists and wizards leave it out until it is restored.</Text>
          <Button leftSection={<IconTrashOff size={16} />} loading={restore.isPending} onClick={() => restore.mutate({ ids: [id] })}>Restore</Button>
        </Group>
      </Alert>
      {restore.error && <ErrorPanel error={restore.error} onDismiss={() => restore.reset()} />}
    </>
  );
}
