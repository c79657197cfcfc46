/** What can be done with the chosen runs. */
import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFolder, IconStar, IconTrash, IconTrashOff, IconTrashX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Run } from '@shared/entities';
import { useActions } from '../../app/actions/registry';
import { useConnection } from '../../client/context';
import { useAction } from '../../client/hooks';
import { EraseDialog } from '../../components/EraseDialog';
import { ErrorPanel } from '../../components/ErrorPanel';
import { showUndo } from '../../components/undo';
import { plural } from '../../format/format';
import { MoveToFolder } from './MoveToFolder';

interface SelectionBarProps {
  runs: readonly Run[];
  trashed: boolean;
  folders: readonly { folder: string; runs: number }[];
  onDone(): void;
}

export function SelectionBar({ runs, trashed, folders, onDone }: SelectionBarProps) {
  const connection = useConnection();
  const move = useAction('trash.move');
  const restore = useAction('trash.restore');
  const update = useAction('runs.update');
  const toFolder = useAction('runs.move');
  const [erasing, setErasing] = useState<readonly string[]>([]);
  const [moving, { open, close }] = useDisclosure(false);
  const ids = runs.map((r) => r.id);
  const discard = () => move.mutate({ ids }, { onSuccess: ({ bytes }) => { showUndo(connection, ids, runs.length === 1 ? runs[0].name : plural(ids.length, 'run'), bytes); onDone(); } });
  const error = move.error ?? restore.error ?? update.error ?? toFolder.error;
  useActions(trashed ? [] : [
    { id: 'runs.folder', label: `Move ${plural(ids.length, 'run')} to a folder`, group: 'Chosen runs', icon: IconFolder, shortcut: 'mod+alt+M', run: open },
    { id: 'runs.trash', label: `Move ${plural(ids.length, 'run')} to the trash`, group: 'Chosen runs', icon: IconTrash, run: discard },
  ]);
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">{plural(runs.length, 'run')} chosen</Text>
      {trashed ? (
        <>
          <Button size="compact-sm" variant="default" leftSection={<IconTrashOff size={14} />} loading={restore.isPending} onClick={() => restore.mutate({ ids }, { onSuccess: onDone })}>Restore</Button>
          <Button size="compact-sm" color="madder" leftSection={<IconTrashX size={14} />} onClick={() => setErasing(ids)}>Erase…</Button>
        </>
      ) : (
        <>
          <Button size="compact-sm" variant="default" leftSection={<IconStar size={14} />} onClick={() => runs.forEach((r) => update.mutate({ id: r.id, starred: !runs.every((x) => x.starred) }))}>Star</Button>
          <Button size="compact-sm" variant="default" leftSection={<IconFolder size={14} />} onClick={open}>Move to folder…</Button>
          <Button size="compact-sm" variant="default" leftSection={<IconTrash size={14} />} loading={move.isPending} onClick={discard}>Move to trash</Button>
        </>
      )}
      <Button size="compact-sm" variant="subtle" onClick={onDone}>Clear choice</Button>
      <MoveToFolder opened={moving} count={ids.length} canTakeOut={runs.some((r) => r.folder !== '')} counts={folders} moving={toFolder.isPending} onClose={close} onMove={(folder) => toFolder.mutate({ ids, folder }, { onSuccess: () => { close(); onDone(); } })} />
      <EraseDialog ids={erasing} onClose={() => setErasing([])} onErased={onDone} />
      {error && <ErrorPanel error={error} onDismiss={() => [move, restore, update, toFolder].forEach((a) => a.reset())} />}
    </Group>
  );
}
