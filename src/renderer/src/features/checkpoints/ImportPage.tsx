/** A checkpoint from elsewhere: official DiT names in safetensors, with its configuration in the file or beside it. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTask } from '../../client/hooks';
import type { Problem } from '../../client/plan';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextField } from '../../components/form/fields';
import { FileField } from '../../components/form/FileField';
import { Page } from '../../components/Page';
import { TaskProgress } from '../../components/TaskProgress';

export default function ImportPage() {
  const [file, setFile] = useState('');
  const [configFile, setConfigFile] = useState('');
  const [name, setName] = useState('');
  const importing = useTask('checkpoints.import');
  const navigate = useNavigate();
  const { error } = importing;
  const problems: Problem[] = error?.field ? [{ field: error.field, message: error.message, hint: error.hint }] : [];
  const change = (set: (value: string) => void) => (value: string) => {
    if (error) importing.reset();
    set(value);
  };
  return (
    <Page title="Import a checkpoint" lead="A .safetensors file with the names of the official DiT, or one that was exported here.">
      <Paper component="form" p="lg" maw={640} onSubmit={(event) => {
        event.preventDefault();
        importing.mutate({ file: file.trim(), configFile: configFile.trim() || undefined, name: name.trim() || undefined }, { onSuccess: ({ id }) => void navigate({ to: `/checkpoints/${id}` }) });
      }}>
        <Stack gap="md">
          <FileField label="Checkpoint file" field="file" problems={problems} value={file} onChange={change(setFile)} help="Full path of the .safetensors file on this machine." extensions={['safetensors']} placeholder="/home/me/DiT-B-2.safetensors" />
          <FileField label="Configuration (if the file has none)" field="configFile" problems={problems} value={configFile} onChange={change(setConfigFile)} help="A JSON file with inputSize, patchSize, hiddenSize, depth, heads and numClasses." extensions={['json']} placeholder="config.json" />
          <TextField label="Name" field="name" problems={problems} value={name} onChange={setName} placeholder="Name of the file" />
          {error && !error.field && <ErrorPanel error={error} />}
          <TaskProgress task={importing.task} pending={importing.isPending} waiting="Importing" />
          <Group justify="flex-end">
            <Button type="submit" loading={importing.isPending} disabled={file.trim() === ''}>Import</Button>
          </Group>
          <Text size="sm" c="dimmed">The file is copied; the original is left alone. PyTorch’s .pt files can run code and are not read: convert them to safetensors first.</Text>
        </Stack>
      </Paper>
    </Page>
  );
}
