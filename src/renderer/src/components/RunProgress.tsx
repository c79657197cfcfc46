/** How far a run is: step, share, speed, time left. All figures have their place from the start. */
import { Group, Progress, Text } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useCall, useProgress } from '../client/hooks';
import { barValue, formatDuration, formatLeft, formatPercent, formatValue, formatWhole } from '../format/format';

export function RunProgress({ run }: { run: Run }) {
  const live = useProgress(run.id);
  const step = run.status === 'completed' ? run.steps : Math.max(run.step, live?.step ?? 0);
  const fraction = run.steps > 0 ? step / run.steps : 0;
  const running = run.status === 'running';
  const dataset = useCall('datasets.get', { id: run.datasetId ?? '' }, { enabled: run.datasetId !== null }).data;
  const { batchSize = 1, accumulate = 1 } = (run.config.train ?? {}) as { batchSize?: number; accumulate?: number };
  const epoch = dataset && dataset.images > dataset.heldOut ? (step * batchSize * accumulate) / (dataset.images - dataset.heldOut) : null;
  return (
    <div>
      <Group justify="space-between" mb={4} gap="md">
        <Text size="sm">
          <b>{formatWhole(step)}</b> of {formatWhole(run.steps)} steps ({formatPercent(fraction)})
          {epoch !== null && <Text span c="dimmed">, epoch {epoch.toFixed(epoch < 10 ? 2 : 1)}</Text>}
          {running && live && live.phase !== 'training' && <Text span c="dimmed"> – {live.phase}</Text>}
        </Text>
        <Text size="sm" c="dimmed">
          {running && live?.imagesPerSecond != null && `${formatValue(live.imagesPerSecond, 3)} images/s`}
          {running && live?.etaMs != null && `, ${formatLeft(live.etaMs)}`}
          {!running && run.elapsedMs > 0 && `${formatDuration(run.elapsedMs)} of work`}
        </Text>
      </Group>
      <Progress value={barValue(fraction)} size="md" color={run.status === 'failed' ? 'madder' : run.status === 'interrupted' || run.status === 'paused' ? 'ochre' : 'viridian'} aria-label={`Progress of ${run.name}`} />
    </div>
  );
}
