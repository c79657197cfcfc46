/** What can be done with the chosen runs. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconStar, IconTrash, IconTrashOff } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import { useConnection } from '../../client/context';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { showUndo } from '../../components/undo';
import { plural } from '../../format/format';

export function SelectionBar({ runs, trashed, onDone }: { runs: readonly Run[]; trashed: boolean; onDone(): void }) {
  const connection = useConnection();
  const move = useAction('trash.move');
  const restore = useAction('trash.restore');
  const erase = useAction('trash.erase');
  const update = useAction('runs.update');
  const [asking, { open, close }] = useDisclosure(false);
  const ids = runs.map((r) => r.id);
  const error = move.error ?? restore.error ?? erase.error ?? update.error;
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">{plural(runs.length, 'run')} chosen</Text>
      {trashed ? (
        <>
          <Button size="compact-sm" variant="default" leftSection={<IconTrashOff size={14} />} loading={restore.isPending} onClick={() => restore.mutate({ ids }, { onSuccess: onDone })}>Restore</Button>
          <Button size="compact-sm" color="madder" leftSection={<IconTrash size={14} />} onClick={open}>Erase…</Button>
        </>
      ) : (
        <>
          <Button size="compact-sm" variant="default" leftSection={<IconStar size={14} />} onClick={() => runs.forEach((r) => update.mutate({ id: r.id, starred: !runs.every((x) => x.starred) }))}>Star</Button>
          <Button size="compact-sm" variant="default" leftSection={<IconTrash size={14} />} loading={move.isPending} onClick={() => move.mutate({ ids }, { onSuccess: ({ bytes }) => { showUndo(connection, ids, plural(ids.length, 'run'), bytes); onDone(); } })}>Move to trash</Button>
        </>
      )}
      <Button size="compact-sm" variant="subtle" onClick={onDone}>Clear choice</Button>
      <Modal opened={asking} onClose={close} title={`Erase ${plural(runs.length, 'run')}?`}>
        <Text size="sm">Their curves, logs, samples and saved states are deleted from the disk. This cannot be undone. Checkpoints made by them stay.</Text>
        <Text size="sm" mt="xs" c="dimmed">{runs.slice(0, 8).map((r) => r.name).join(', ')}{runs.length > 8 ? ` and ${runs.length - 8} more` : ''}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>Keep them</Button>
          <Button color="madder" loading={erase.isPending} onClick={() => erase.mutate({ ids, confirm: true }, { onSuccess: () => { close(); onDone(); } })}>Erase for good</Button>
        </Group>
      </Modal>
      {error && <ErrorPanel error={error} onDismiss={() => [move, restore, erase, update].forEach((a) => a.reset())} />}
    </Group>
  );
}
