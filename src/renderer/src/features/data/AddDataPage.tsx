/** Add pictures from a folder or a zip archive on this machine. */
import { Button, Group, Loader, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconFolder, IconZip } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction, useTasks } from '../../client/hooks';
import { type Problem, problemsOf } from '../../client/plan';
import { METHODS } from '@shared/protocol';
import { ErrorPanel } from '../../components/ErrorPanel';
import { ChoiceField, TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { useDraft } from '../../components/wizard/useDraft';
import { formatDuration, formatPercent } from '../../format/format';
import { DropTarget } from './DropTarget';
import { FolderPicture } from './FolderPicture';

const SIZES = [16, 32, 48, 64, 96, 128, 256];

export default function AddDataPage() {
  const draft = useDraft('dataset', { path: '', name: '', size: 32 });
  const [touched, setTouched] = useState(false);
  const add = useAction('datasets.add');
  const navigate = useNavigate();
  const bridge = window.fineStudio;
  const { path, name, size } = draft.values;
  const request = { path: path.trim(), size, name: name.trim() || undefined };

  const checked = METHODS['datasets.add'][0].safeParse(request);
  const problems: Problem[] = !touched ? [] : !request.path ? [{ field: 'path', message: 'Give the path of a folder or of a zip archive.' }] : checked.success ? [] : problemsOf(checked.error);
  if (add.error?.field) problems.push({ field: add.error.field, message: add.error.message, hint: add.error.hint });

  const submit = () => {
    setTouched(true);
    if (!request.path || !checked.success) return;
    add.mutate(request, {
      onSuccess: (dataset) => {
        draft.reset();
        void navigate({ to: `/data/${dataset.id}` });
      },
    });
  };
  const choose = async (kind: 'folder' | 'zip') => {
    const chosen = await (kind === 'folder' ? bridge?.chooseFolder('Folder of pictures') : bridge?.chooseFile([{ name: 'Zip archive', extensions: ['zip'] }], 'Archive of pictures'));
    if (chosen) draft.set({ path: chosen });
  };

  return (
    <Page title="Add images" lead="The pictures stay where they are; a prepared copy at the chosen size goes into the data folder.">
      <Group align="flex-start" gap="lg" wrap="wrap">
        <Paper component="form" p="lg" flex="1 1 26rem" maw="44rem" noValidate onSubmit={(e) => { e.preventDefault(); submit(); }}>
          <Stack gap="md">
            <DropTarget onPath={(dropped) => draft.set({ path: dropped })} />
            <TextField label="Folder or zip archive" field="path" problems={problems} value={path} onChange={(value) => { add.reset(); draft.set({ path: value }); }} placeholder={bridge?.platform === 'win32' ? 'C:\\Users\\me\\Pictures\\flowers' : '/home/me/pictures/flowers'} help="A path on the machine that computes." />
            {bridge && (
              <Group gap="xs">
                <Button variant="default" leftSection={<IconFolder size={16} />} onClick={() => void choose('folder')}>Choose a folder</Button>
                <Button variant="default" leftSection={<IconZip size={16} />} onClick={() => void choose('zip')}>Choose an archive</Button>
              </Group>
            )}
            <Group grow align="flex-start">
              <TextField label="Name" field="name" problems={problems} value={name} onChange={(value) => draft.set({ name: value })} placeholder="The folder's name" />
              <ChoiceField label="Picture size" field="size" problems={problems} value={String(size)} onChange={(value) => draft.set({ size: Number(value) })} options={SIZES.map((s) => ({ value: String(s), label: `${s} × ${s} pixels` }))} help="Training time grows with the square." />
            </Group>
            {add.error && !add.error.field && <ErrorPanel error={add.error} onDismiss={() => add.reset()} />}
            {add.isPending && <Preparing />}
            <Group justify="flex-end">
              <Button type="submit" loading={add.isPending}>Add images</Button>
            </Group>
          </Stack>
        </Paper>
        <Stack flex="1 1 18rem" maw="26rem">
          <Section title="How to lay out the folder">
            <FolderPicture />
          </Section>
        </Stack>
      </Group>
    </Page>
  );
}

/** Progress of the preparation that runs now. */
function Preparing() {
  const task = Object.values(useTasks()).findLast((t) => t.kind === 'dataset' && t.status === 'running');
  return (
    <div role="status">
      <Group justify="space-between" mb={4}>
        <Text size="sm"><Loader size={12} mr={6} />{task ? `${task.label}: ${task.phase}` : 'Looking at the files'}</Text>
        <Text size="sm" c="dimmed">{task?.fraction != null && formatPercent(task.fraction)}{task?.etaMs != null && `, ${formatDuration(task.etaMs)} left`}</Text>
      </Group>
      <Progress value={(task?.fraction ?? 0) * 100} aria-label="Preparing the pictures" />
    </div>
  );
}
