/** A learngene that was made on another machine, as a file. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTask } from '../../client/hooks';
import type { Problem } from '../../client/plan';
import { DropTarget } from '../../components/DropTarget';
import { ErrorPanel } from '../../components/ErrorPanel';
import { FileField } from '../../components/form/FileField';
import { TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { TaskProgress } from '../../components/TaskProgress';

export default function ImportPage() {
  const [file, setFile] = useState('');
  const [name, setName] = useState('');
  const importing = useTask('learngenes.import');
  const navigate = useNavigate();
  const { error } = importing;
  const problems: Problem[] = error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [];
  const choose = (path: string) => {
    if (error) importing.reset();
    setFile(path);
  };
  return (
    <Page title="Import a learngene" lead="A .learngene.safetensors file that this application wrote, here or on another machine. It says itself which models it can initialise.">
      <Paper component="form" p="lg" maw={640} noValidate onSubmit={(event) => {
        event.preventDefault();
        importing.mutate({ file: file.trim(), name: name.trim() || undefined }, { onSuccess: ({ id }) => void navigate({ to: `/learngenes/${id}` }) });
      }}>
        <Stack gap="md">
          <DropTarget what="a learngene file" onPath={choose} />
          <FileField label="Learngene file" field="file" problems={problems} value={file} onChange={choose} help="Full path of the file on this machine." extensions={['safetensors']} placeholder="/home/me/flowers.learngene.safetensors" />
          <TextField label="Name" field="name" problems={problems} value={name} onChange={setName} placeholder="Name of the file" />
          {error && !error.field && <ErrorPanel error={error} />}
          <TaskProgress task={importing.task} pending={importing.isPending} waiting="Importing" />
          <Group justify="flex-end">
            <Button type="submit" loading={importing.isPending} disabled={file.trim() === ''}>Import</Button>
          </Group>
          <Text size="sm" c="dimmed">The file is checked and copied; the original is left alone. The desktop application also takes files that are dropped on its window or opened in the system.</Text>
        </Stack>
      </Paper>
    </Page>
  );
}
