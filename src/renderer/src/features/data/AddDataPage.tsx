/** Add pictures from a folder or a zip archive on this machine. */
import { Button, Group, Paper, Progress, Stack } from '@mantine/core';
import { IconFolder, IconZip } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useScreenSearch } from '../../app/router';
import { useTask } from '../../client/hooks';
import { type Problem, problemsOf } from '../../client/plan';
import { METHODS, type Task } from '@shared/protocol';
import { DropTarget } from '../../components/DropTarget';
import { ErrorPanel } from '../../components/ErrorPanel';
import { ChoiceField, TextField } from '../../components/form/fields';
import { Page } from '../../components/Page';
import { pictureSource } from '../../components/pictureSource';
import { Section } from '../../components/Section';
import { TaskProgress } from '../../components/TaskProgress';
import { useDraft } from '../../components/wizard/useDraft';
import { useWish } from '../../components/wizard/useWish';
import { FolderPicture } from './FolderPicture';

const SIZES = [16, 32, 48, 64, 96, 128, 256];

export default function AddDataPage() {
  const draft = useDraft('dataset', { path: '', name: '', size: 32 });
  const [touched, setTouched] = useState(false);
  const add = useTask('datasets.add');
  const navigate = useNavigate();
  const bridge = window.fineStudio;
  const { path: wanted } = useScreenSearch();
  useWish(typeof wanted === 'string' ? wanted : null, () => draft.set({ path: wanted as string }));
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
            <DropTarget what="a folder or a zip archive" onPath={(dropped) => draft.set({ path: pictureSource(dropped) })} />
            <TextField label="Folder or zip archive" field="path" problems={problems} value={path} onChange={(value) => { add.reset(); draft.set({ path: value }); }} placeholder={bridge?.platform === 'win32' ? 'C:\\Users\\me\\Pictures\\flowers' : '/home/me/pictures/flowers'} help={bridge ? undefined : 'A path on the machine that FINE Studio runs on.'} />
            {bridge && (
              <Group gap="xs">
                <Button variant="default" leftSection={<IconFolder size={16} />} onClick={() => void choose('folder')}>Choose a folder</Button>
                <Button variant="default" leftSection={<IconZip size={16} />} onClick={() => void choose('zip')}>Choose an archive</Button>
              </Group>
            )}
            <Group grow align="flex-start">
              <TextField label="Name" field="name" problems={problems} value={name} onChange={(value) => draft.set({ name: value })} placeholder="The folder’s name" />
              <ChoiceField label="Picture size" field="size" problems={problems} value={String(size)} onChange={(value) => draft.set({ size: Number(value) })} options={SIZES.map((s) => ({ value: String(s), label: `${s} × ${s} pixels` }))} help="Twice as wide takes four times as long to train." />
            </Group>
            {add.error && !add.error.field && <ErrorPanel error={add.error} onDismiss={() => add.reset()} />}
            {add.isPending && <Preparing task={add.task} />}
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

/** Progress of the preparation that runs now, with a way out of it. */
function Preparing({ task }: { task: Task | undefined }) {
  return (
    <div>
      <TaskProgress task={task} pending waiting="Looking at the files" />
      <Progress mt={4} value={(task?.fraction ?? 0) * 100} aria-label="Preparing the pictures" />
    </div>
  );
}
