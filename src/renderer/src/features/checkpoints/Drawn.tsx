import { ActionIcon, Box, Group, Loader, Text, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Sample } from '@shared/entities';
import { useConnection } from '../../client/context';
import { useTasks } from '../../client/hooks';
import { formatDuration, formatPercent, plural } from '../../format/format';
import { fileName } from '../../format/save';
import { describeSample } from './describe';

const HEIGHT = 340;

/** One grid with its settings, in a place that is there before the picture. */
export function Drawn({ title, sample, drawing, classNames }: { title: string; sample: Sample | undefined; drawing: boolean; classNames: readonly string[] }) {
  const connection = useConnection();
  const task = Object.values(useTasks()).find((t) => t.status === 'running' && t.kind === 'sample' && t.label.includes(title));
  const classes = [...new Set((sample?.config.classes as number[] | undefined) ?? [])].map((c) => classNames[c] ?? `class ${c}`);
  const ms = sample?.config.msPerImage;
  return (
    <Box miw={0}>
      <div className="sunk" style={{ height: HEIGHT, display: 'grid', placeItems: 'center', overflow: 'hidden', opacity: task ? 0.6 : 1 }}>
        {sample ? (
          <img className="pixelated" src={connection.fileUrl(sample.file)} alt={`${plural((sample.config.classes as number[] | undefined)?.length ?? 0, 'picture')} drawn by ${title}: ${classes.slice(0, 12).join(', ')}`} style={{ width: '100%', height: HEIGHT - 12, objectFit: 'contain' }} />
        ) : (
          <Text size="sm" c="dimmed">{drawing ? 'Drawing' : 'Nothing drawn yet. “Draw” takes a few seconds.'}</Text>
        )}
      </div>
      <Group justify="space-between" wrap="nowrap" mt={6} mih={30}>
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} truncate>{title}</Text>
          <Text size="xs" c="dimmed" truncate>{sample ? `${describeSample(sample)}${typeof ms === 'number' ? `, ${formatDuration(ms)} per picture` : ''}` : ' '}</Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Text size="xs" role="status">{task && <><Loader size={10} /> {task.phase} {task.fraction !== null && formatPercent(task.fraction)}</>}</Text>
          {sample && <Tooltip label="Save this grid as PNG"><ActionIcon component="a" href={connection.fileUrl(sample.file)} download={fileName(`${title} seed ${String(sample.config.seed ?? 0)}`, 'png')} aria-label={`Save the grid of ${title} as PNG`}><IconDownload size={16} /></ActionIcon></Tooltip>}
        </Group>
      </Group>
    </Box>
  );
}
