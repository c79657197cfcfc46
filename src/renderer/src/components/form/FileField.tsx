/** A path on this machine; in the desktop application with a button that chooses it. */
import { Button, Group } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { TextField } from './fields';

export function FileField({ extensions, ...rest }: Parameters<typeof TextField>[0] & { extensions: string[] }) {
  const bridge = window.fineStudio;
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <div style={{ flex: 1 }}><TextField {...rest} /></div>
      {bridge && <Button variant="default" leftSection={<IconFolderOpen size={16} />} onClick={() => void bridge.chooseFile([{ name: rest.label, extensions }], rest.label).then((path) => path && rest.onChange(path))}>Choose</Button>}
    </Group>
  );
}
