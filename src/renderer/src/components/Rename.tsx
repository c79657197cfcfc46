import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../client/hooks';
import { Section } from './Section';

interface RenameProps {
  /** As in "Name of the dataset". */
  noun: string;
  method: 'datasets.rename' | 'checkpoints.rename' | 'learngenes.rename';
  id: string;
  name: string;
}

/** The name of a thing as a field, at the end of its page. */
export function Rename({ noun, method, id, name: current }: RenameProps) {
  const [name, setName] = useState(current);
  const rename = useAction(method);
  return (
    <Section title="Name">
      <Group component="form" align="flex-end" gap="xs" onSubmit={(e) => { e.preventDefault(); rename.mutate({ id, name: name.trim() }); }}>
        <TextInput label={`Name of the ${noun}`} w={320} value={name} onChange={(e) => setName(e.currentTarget.value)} error={rename.error?.message} />
        <Button type="submit" variant="default" disabled={!name.trim() || name.trim() === current} loading={rename.isPending}>Rename</Button>
      </Group>
    </Section>
  );
}
