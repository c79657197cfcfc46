/** Sample grids of one run over time: fixed seeds and classes, one slider. New ones are followed until one looks back. */
import { ActionIcon, Box, Button, Group, Slider, Text, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { Sample } from '@shared/entities';
import { useConnection } from '../client/context';
import { fileName } from '../format/save';
import { gridText } from './gridText';

/** `samples` in any order. `height` is reserved from the start, so that nothing jumps when the picture comes. */
export function SampleViewer({ samples, title, classNames, height = 320, ended = false }: { samples: readonly Sample[]; title: string; classNames?: readonly string[]; height?: number; /** None will come any more. */ ended?: boolean }) {
  const connection = useConnection();
  /** Null follows the newest. */
  const [picked, setPicked] = useState<number | null>(null);
  const ordered = samples.toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0) || a.createdAt - b.createdAt);
  const at = picked === null ? ordered.length - 1 : Math.min(picked, ordered.length - 1);
  const sample = ordered[at];
  if (!sample) return <Text component="div" className="sunk" c="dimmed" size="sm" style={{ height, display: 'grid', placeItems: 'center' }}>{ended ? 'No samples were drawn while it worked.' : 'The first sample grid appears after the first steps.'}</Text>;
  const pick = (index: number) => setPicked(index >= ordered.length - 1 ? null : Math.max(0, index));
  const url = connection.fileUrl(sample.file);
  return (
    <Box>
      <div className="sunk" style={{ height, display: 'grid', placeItems: 'center', overflow: 'hidden' }}>
        <img className="pixelated" src={url} alt={gridText(sample, `drawn by ${title} at step ${(sample.step ?? 0).toLocaleString('en')}`, classNames)} style={{ width: '100%', height: height - 12, objectFit: 'contain' }} />
      </div>
      <Group gap="xs" mt="xs" wrap="nowrap">
        <ActionIcon aria-label="Earlier samples" disabled={at === 0} onClick={() => pick(at - 1)}><IconChevronLeft size={16} /></ActionIcon>
        <Slider flex={1} size="sm" min={0} max={Math.max(1, ordered.length - 1)} step={1} value={at} disabled={ordered.length < 2} onChange={pick} label={(i) => `Step ${ordered[i]?.step ?? 0}`} thumbLabel="Step of the samples" />
        <ActionIcon aria-label="Later samples" disabled={at === ordered.length - 1} onClick={() => pick(at + 1)}><IconChevronRight size={16} /></ActionIcon>
        <Text size="sm" miw="5.5rem" ta="right">Step {(sample.step ?? 0).toLocaleString('en')}</Text>
        <Tooltip label="Save this grid as PNG">
          <ActionIcon component="a" href={url} download={fileName(`${title} step ${sample.step ?? 0}`, 'png')} aria-label="Save this grid as PNG"><IconDownload size={16} /></ActionIcon>
        </Tooltip>
      </Group>
      <Group justify="space-between" mih={26}>
        <Text size="xs" c="dimmed">{describe(sample)}</Text>
        {picked !== null && <Button size="compact-xs" variant="subtle" onClick={() => setPicked(null)}>Follow the newest</Button>}
      </Group>
    </Box>
  );
}

function describe({ config }: Sample): string {
  const parts = [
    config.sampler !== undefined && String(config.sampler).toUpperCase(),
    config.steps !== undefined && `${String(config.steps).replace(/^ddim/, '')} steps`,
    config.guidanceScale !== undefined && `guidance ${String(config.guidanceScale)}`,
    config.seed !== undefined && `seed ${String(config.seed)}`,
  ];
  return parts.filter(Boolean).join(', ');
}
