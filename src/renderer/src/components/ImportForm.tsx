/** A file from elsewhere, read into the catalogue: what it is differs, how it comes in does not. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTask } from '../client/hooks';
import type { Problem } from '../client/plan';
import { DropTarget } from './DropTarget';
import { ErrorPanel } from './ErrorPanel';
import { TextField } from './form/fields';
import { FileField } from './form/FileField';
import { TaskProgress } from './TaskProgress';

interface ImportFormProps {
  method: 'checkpoints.import' | 'learngenes.import';
  /** As in "a learngene file". */
  what: string;
  label: string;
  placeholder: string;
  /** Page of the imported thing. */
  page(id: string): string;
  /** A second file that the request takes, where the first does not say everything. */
  beside?: { field: 'configFile'; label: string; help: string; extensions: string[]; placeholder: string };
  /** Under the button. */
  note: ReactNode;
}

export function ImportForm({ method, what, label, placeholder, page, beside, note }: ImportFormProps) {
  const [file, setFile] = useState('');
  const [besideFile, setBesideFile] = useState('');
  const [name, setName] = useState('');
  const importing = useTask(method);
  const navigate = useNavigate();
  const { error } = importing;
  const problems: Problem[] = error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [];
  const change = (set: (path: string) => void) => (path: string) => {
    if (error) importing.reset();
    set(path);
  };
  const choose = change(setFile);
  return (
    <Paper component="form" p="lg" maw={640} noValidate onSubmit={(event) => {
      event.preventDefault();
      importing.mutate({ file: file.trim(), name: name.trim() || undefined, ...(beside && { [beside.field]: besideFile.trim() || undefined }) }, { onSuccess: ({ id }) => void navigate({ to: page(id) }) });
    }}>
      <Stack gap="md">
        <DropTarget what={what} onPath={choose} />
        <FileField label={label} field="file" problems={problems} value={file} onChange={choose} help="Full path of the file on this machine." extensions={['safetensors']} placeholder={placeholder} />
        {beside && <FileField {...beside} problems={problems} value={besideFile} onChange={change(setBesideFile)} />}
        <TextField label="Name" field="name" problems={problems} value={name} onChange={setName} placeholder="Name of the file" />
        {error && !error.field && <ErrorPanel error={error} />}
        <TaskProgress task={importing.task} pending={importing.isPending} waiting="Importing" />
        <Group justify="flex-end">
          <Button type="submit" loading={importing.isPending} disabled={file.trim() === ''}>Import</Button>
        </Group>
        <Text size="sm" c="dimmed">{note}</Text>
      </Stack>
    </Paper>
  );
}
