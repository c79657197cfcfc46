import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { plural } from '../../format/format';

interface RenameFolderProps {
  /** Null shows nothing. */
  folder: string | null;
  /** In it and below it. */
  runs: number;
  onClose(): void;
  /** With its name from now on; '' where it was dissolved. */
  onRenamed(folder: string): void;
}

/** Calls a folder otherwise or puts it elsewhere: both are its name. */
export function RenameFolder({ folder, ...rest }: RenameFolderProps) {
  return (
    <Modal opened={folder !== null} onClose={rest.onClose} title="Rename or move the folder">
      {folder !== null && <NameForm key={folder} folder={folder} {...rest} />}
    </Modal>
  );
}

function NameForm({ folder, runs, onClose, onRenamed }: RenameFolderProps & { folder: string }) {
  const [name, setName] = useState(folder);
  const rename = useAction('runs.renameFolder');
  const dissolves = name.trim() === '';
  return (
    <form onSubmit={(event) => { event.preventDefault(); rename.mutate({ from: folder, to: name }, { onSuccess: (renamed) => onRenamed(renamed.folder) }); }}>
      <TextInput data-autofocus label="Name" description="A slash puts it into another folder, such as archive/first." value={name} onChange={(e) => setName(e.currentTarget.value)} onFocus={(e) => e.currentTarget.select()} />
      <Text size="xs" c="dimmed" mt="xs">{plural(runs, 'run')} {runs === 1 ? 'moves' : 'move'} along, with the folders below it.{dissolves && ' Without a name it is dissolved: its runs are in no folder then, none is lost.'}</Text>
      {rename.error && <ErrorPanel error={rename.error} onDismiss={() => rename.reset()} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>Keep it</Button>
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === folder}>{dissolves ? 'Dissolve' : 'Rename'}</Button>
      </Group>
    </form>
  );
}
