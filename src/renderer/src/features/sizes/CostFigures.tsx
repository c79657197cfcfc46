/** What the size in the sliders costs. Every figure keeps its place while a slider moves. */
import { Badge, Divider, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Stat } from '../../components/Stat';
import { formatBytes, formatCount, formatDuration } from '../../format/format';
import type { Cost, Setting } from './shape';

export function gmacs(macs: number): string {
  const g = macs / 1e9;
  return g >= 100 ? g.toFixed(1) : g >= 1 ? g.toFixed(2) : g.toPrecision(3);
}

/** As `formatDuration`, with a decimal where whole seconds would hide what differs. */
export function stepTime(ms: number | null): string {
  return ms !== null && ms >= 1000 && ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

/** `hasRuns`: times come from runs on this machine, and not from a test of it alone. */
export function CostFigures({ cost, setting, freeBytes, hasRuns }: { cost: Cost; setting: Setting; freeBytes: number | undefined; hasRuns: boolean }) {
  const tooMuch = freeBytes !== undefined && cost.trainingBytes > freeBytes;
  const { sampleSteps, batchSize } = setting;
  return (
    <Stack gap="md">
      <Three>
        <Stat label="Parameters" value={formatCount(cost.parameters)} help="All that is stored: U, V, sigma, biases, embedders and final layer" />
        <Stat label="As dense" value={formatCount(cost.dense)} help="Parameters of the ordinary model of this shape" />
        <Stat label="Forward pass" value={formatCount(cost.macs)} unit="MACs" help="Multiply-accumulates of one forward pass over one image; the DiT paper calls them FLOPs" />
      </Three>
      <Divider />
      <Three>
        <Stat label="Training memory" value={<Text span inherit c={tooMuch ? 'var(--mantine-color-error)' : undefined}>{formatBytes(cost.trainingBytes)}</Text>} unit={`batch ${batchSize}`} help="An upper estimate" />
        <Stat label="Sampling memory" value={formatBytes(cost.inferenceBytes)} unit="one image" />
        <Stat label="File" value={formatBytes(cost.fileBytes)} />
      </Three>
      <Divider />
      <Three>
        <Stat label="Training step" value={stepTime(cost.msPerStep)} unit={`batch ${batchSize}`} />
        <Stat label="Per training image" value={stepTime(cost.msPerStep === null ? null : cost.msPerStep / batchSize)} />
        <Stat label="Sample an image" value={stepTime(cost.msPerImage)} unit={`${sampleSteps} steps`} help="Without guidance, which doubles it" />
      </Three>
      <Group gap="xs" mih={22}>
        {cost.msPerStep !== null && <Badge color={cost.isMeasured ? 'viridian' : 'gray'}>{cost.isMeasured ? 'step measured here' : 'times estimated'}</Badge>}
        <Text size="xs" c={tooMuch ? 'var(--mantine-color-error)' : 'dimmed'}>
          {tooMuch ? `Training does not fit the ${formatBytes(freeBytes)} of this machine: a smaller batch needs less.` : cost.msPerStep === null ? 'Times are known after the first run on this machine.' : cost.isMeasured ? 'From a run of this very size and batch.' : hasRuns ? 'From the runs nearest in size on this machine.' : 'From a quick test of this machine; known better after the first run.'}
        </Text>
      </Group>
    </Stack>
  );
}

/** Figures below figures: three to a row. */
const Three = ({ children }: { children: ReactNode }) => <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="lg" verticalSpacing="sm">{children}</SimpleGrid>;
