/** TensorFlow is not part of the program: here it is put into the data folder, tried, and taken away again. */
import { Button, Group, List, Stack, Text } from '@mantine/core';
import { IconDownload, IconStethoscope, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackendInfo } from '@shared/entities';
import type { Result } from '@shared/protocol';
import { useAction, useTask, useTasks } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { SwitchField } from '../../components/form/fields';
import { Section } from '../../components/Section';
import { TaskProgress } from '../../components/TaskProgress';
import { formatValue } from '../../format/format';

const LEAD = 'The same training step in another library, on the processor or an NVIDIA graphics card. Nothing here depends on it.';

/** `backend` is the one called "tensorflow". */
export function TensorflowSection({ backend }: { backend: BackendInfo }) {
  const install = useTask('backends.install');
  return (
    <Section title="TensorFlow" lead={LEAD}>
      {backend.installed ? <Installed backend={backend} notes={install.data?.notes ?? []} /> : <NotInstalled install={install} />}
    </Section>
  );
}

type Install = ReturnType<typeof useTask<'backends.install'>>;

function NotInstalled({ install }: { install: Install }) {
  const [cuda, setCuda] = useState(false);
  const queries = useQueryClient();
  // Also one that was started elsewhere, or before this page was opened.
  const task = Object.values(useTasks()).find(({ kind }) => kind === 'installBackend') ?? install.task;
  const start = () => install.mutate({ id: 'tensorflow', cuda }, { onSuccess: ({ backends }) => queries.setQueryData(['backends.list', {}], backends) });
  const busy = install.isPending || task !== undefined;
  return (
    <Stack gap="sm">
      <Text size="sm">Installing asks npm and pip, as they are set up on this machine, for what is needed, and compiles a small binding: about 300 MB to download, 900 MB on the disk, some minutes. It needs Linux on x64, Python with pip and a C++ compiler; what is missing is said before anything is downloaded.</Text>
      <Group justify="space-between" gap="md" mih={36}>
        <SwitchField label="For an NVIDIA graphics card (CUDA 12: about 3 GB to download, 6 GB on the disk)" field="cuda" problems={[]} checked={cuda} onChange={setCuda} />
        <Button leftSection={<IconDownload size={16} />} loading={busy} onClick={start}>Install TensorFlow</Button>
      </Group>
      <TaskProgress task={task} pending={busy} waiting="starting" />
      {install.error && <ErrorPanel error={install.error} title="TensorFlow was not installed" onRetry={start} />}
    </Stack>
  );
}

/** `notes`: of the installation, when it happened just now. */
function Installed({ backend, notes }: { backend: BackendInfo; notes: string[] }) {
  const check = useTask('backends.check');
  const remove = useAction('backends.remove');
  const queries = useQueryClient();
  const take = () => remove.mutate({ id: 'tensorflow' }, { onSuccess: () => queries.invalidateQueries({ queryKey: ['backends.list'] }) });
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="md" mih={36}>
        <Text size="sm">{backend.available ? `Version ${backend.version}, on ${backend.device}. Choose it above, or in a wizard.` : `It is installed, but cannot be used: ${backend.reason}`}</Text>
        <Group gap="xs">
          <Button variant="default" leftSection={<IconStethoscope size={16} />} loading={check.isPending} disabled={!backend.available || remove.isPending} onClick={() => check.mutate({ id: 'tensorflow' })}>Check</Button>
          <Button variant="default" leftSection={<IconTrash size={16} />} loading={remove.isPending} disabled={check.isPending} onClick={take}>Remove</Button>
        </Group>
      </Group>
      {notes.map((note) => <Text key={note} size="sm">{note}</Text>)}
      <TaskProgress task={check.task} pending={check.isPending} waiting="starting" />
      {check.data && <Outcome check={check.data} />}
      {check.error && <ErrorPanel error={check.error} title="The check failed" onRetry={() => check.mutate({ id: 'tensorflow' })} />}
      {remove.error && <ErrorPanel error={remove.error} title="TensorFlow was not removed" onRetry={take} />}
    </Stack>
  );
}

function Outcome({ check }: { check: Result<'backends.check'> }) {
  return (
    <List size="sm" role="status">
      <List.Item>{check.ops} ops and their gradients are those of the reference.</List.Item>
      <List.Item>Training steps give its losses; a small one takes {formatValue(check.msPerStep, 3)} ms.</List.Item>
    </List>
  );
}
