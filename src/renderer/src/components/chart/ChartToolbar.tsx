/** Controls shared by the charts of a page. */
import { Button, Chip, Group, SegmentedControl, Slider, Text } from '@mantine/core';
import { IconZoomReset } from '@tabler/icons-react';
import { memo } from 'react';
import { type ChartSettings, X_AXES, X_AXIS_LABELS, type XAxis } from './settings';

/** The slider runs over -log10(1 - weight), where its whole length is useful: 0, 0.9, 0.99, 0.999. */
const toSlider = (weight: number) => -Math.log10(1 - weight);
const fromSlider = (position: number) => Math.min(0.999, 1 - 10 ** -position);

function ChartToolbarInner({ settings, axes = X_AXES }: { settings: ChartSettings; axes?: readonly XAxis[] }) {
  return (
    <Group gap="md" wrap="wrap" role="toolbar" aria-label="Charts">
      <Group gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" id="smoothing-label">Smoothing</Text>
        <Slider w={130} size="sm" min={0} max={3} step={0.02} value={toSlider(settings.smoothing)} onChange={(v) => settings.set({ smoothing: fromSlider(v) })} label={(v) => fromSlider(v).toFixed(3)} thumbLabel="Smoothing" />
        <Text size="xs" w="2.75rem">{settings.smoothing.toFixed(3)}</Text>
      </Group>
      <SegmentedControl size="xs" aria-label="Horizontal axis" value={settings.xAxis} onChange={(v) => settings.set({ xAxis: v as XAxis })} data={axes.map((value) => ({ value, label: X_AXIS_LABELS[value] }))} />
      <Chip size="xs" checked={settings.logX} onChange={(logX) => settings.set({ logX })}>Log x</Chip>
      <Chip size="xs" checked={settings.logY} onChange={(logY) => settings.set({ logY })}>Log y</Chip>
      <Button size="compact-xs" variant="default" leftSection={<IconZoomReset size={14} />} disabled={!settings.zoom} onClick={() => settings.setZoom(null)}>
        Reset zoom
      </Button>
    </Group>
  );
}

export const ChartToolbar = memo(ChartToolbarInner);
