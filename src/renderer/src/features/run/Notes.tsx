/** Name, folder, tags and notes of a run. What is typed is kept when one leaves the field. */
import { Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '@shared/entities';
import { useAction } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { Section } from '../../components/Section';

export function Notes({ run }: { run: Run }) {
  const update = useAction('runs.update');
  const [name, setName] = useState(run.name);
  const [folder, setFolder] = useState(run.folder);
  const [notes, setNotes] = useState(run.notes);
  // Not those of the run: a second tag may be entered before the host has answered for the first.
  const [tags, setTags] = useState(run.tags);
  return (
    <Section title="Name and notes">
      <Stack maw={640} gap="md">
        <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} onBlur={() => name.trim() && name !== run.name && update.mutate({ id: run.id, name: name.trim() })} error={name.trim() ? undefined : 'A run needs a name.'} />
        <TextInput label="Folder" description="Runs with the same folder stand together in the table." value={folder} onChange={(e) => setFolder(e.currentTarget.value)} onBlur={() => folder !== run.folder && update.mutate({ id: run.id, folder: folder.trim() })} />
        <TagsInput label="Tags" value={tags} onChange={(now) => { setTags(now); update.mutate({ id: run.id, tags: now }); }} clearable />
        <Textarea label="Notes" autosize minRows={6} value={notes} onChange={(e) => setNotes(e.currentTarget.value)} onBlur={() => notes !== run.notes && update.mutate({ id: run.id, notes })} />
        {update.error && <ErrorPanel error={update.error} />}
      </Stack>
    </Section>
  );
}
