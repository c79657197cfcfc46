import { Autocomplete, Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { plural } from '../../format/format';
import { folderTree } from './folders';

/** The way into a folder by the keyboard, and the way to make a new one. */
/** `canTakeOut`: one of them is in a folder. */
export function MoveToFolder({ opened, count, canTakeOut, counts, moving, onClose, onMove }: { opened: boolean; count: number; canTakeOut: boolean; counts: readonly { folder: string; runs: number }[]; moving: boolean; onClose(): void; onMove(folder: string): void }) {
  const [folder, setFolder] = useState('');
  const out = folder.trim() === '';
  return (
    <Modal opened={opened} onClose={onClose} title={`Move ${plural(count, 'run')} to a folder`}>
      <form onSubmit={(event) => { event.preventDefault(); onMove(folder); }}>
        <Autocomplete data-autofocus label="Folder" description="An existing one or a new name; a slash makes a folder inside a folder, such as seeds/first." value={folder} onChange={setFolder} openOnFocus={false} data={folderTree(counts).map((n) => n.path)} comboboxProps={{ withinPortal: true }} />
        {canTakeOut && <Text size="xs" c="dimmed" mt="xs">Empty takes them out of their folder.</Text>}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>Keep them</Button>
          <Button type="submit" loading={moving} disabled={out && !canTakeOut}>{out && canTakeOut ? 'Take out' : 'Move'}</Button>
        </Group>
      </form>
    </Modal>
  );
}
