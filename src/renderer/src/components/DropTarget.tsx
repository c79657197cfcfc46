import { Text } from '@mantine/core';
import { IconDragDrop } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';

/**
 * Takes a dropped file or folder. Only the desktop application may see where it lies; a browser may not, and says so.
 */
export function DropTarget({ what, onPath }: { /** As in "Drop a folder here". */ what: string; onPath(path: string): void }) {
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState(false);
  const bridge = window.fineStudio;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    const path = file && bridge ? bridge.pathForFile(file) : '';
    setRefused(!path);
    if (path) onPath(path);
  };
  return (
    <div
      className="sunk"
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      style={{ display: 'grid', placeItems: 'center', gap: 4, padding: '1.25rem', border: `1.5px dashed ${over ? 'var(--accent)' : 'var(--line)'}`, textAlign: 'center' }}
    >
      <IconDragDrop size={26} stroke={1.3} style={{ color: 'var(--accent)' }} aria-hidden />
      <Text size="sm">Drop {what} here</Text>
      <Text size="xs" c={refused ? 'var(--mantine-color-error)' : 'dimmed'} role="status">
        {refused || !bridge ? 'A browser does not tell where a dropped file lies: type or paste its path below.' : 'or choose it below'}
      </Text>
    </div>
  );
}
