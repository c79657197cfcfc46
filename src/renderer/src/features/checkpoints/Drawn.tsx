import { ActionIcon, Box, Group, Text, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Sample } from '@shared/entities';
import type { Task } from '@shared/protocol';
import { useConnection } from '../../client/context';
import { gridText } from '../../components/gridText';
import { TaskProgress } from '../../components/TaskProgress';
import { formatDuration } from '../../format/format';
import { fileName } from '../../format/save';
import { describeSample } from './describe';

const HEIGHT = 340;

/** One grid with its settings, in a place that is there before the picture. */
export function Drawn({ title, sample, drawing, task, classNames }: { title: string; sample: Sample | undefined; drawing: boolean; task: Task | undefined; classNames: readonly string[] }) {
  const connection = useConnection();
  const ms = sample?.config.msPerImage;
  return (
    <Box miw={0}>
      <div className="sunk" style={{ height: HEIGHT, display: 'grid', placeItems: 'center', overflow: 'hidden', opacity: task ? 0.6 : 1 }}>
        {sample ? (
          <img className="pixelated" src={connection.fileUrl(sample.file)} alt={gridText(sample, `drawn by ${title}`, classNames)} style={{ width: '100%', height: HEIGHT - 12, objectFit: 'contain' }} />
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
          <TaskProgress task={task} pending={task !== undefined} waiting="" />
          {sample && <Tooltip label="Save this grid as PNG"><ActionIcon component="a" href={connection.fileUrl(sample.file)} download={fileName(`${title} seed ${String(sample.config.seed ?? 0)}`, 'png')} aria-label={`Save the grid of ${title} as PNG`}><IconDownload size={16} /></ActionIcon></Tooltip>}
        </Group>
      </Group>
    </Box>
  );
}
