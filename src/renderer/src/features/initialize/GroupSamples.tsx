import { Paper, SimpleGrid, Title } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { SampleViewer } from '../../components/SampleViewer';
import { depthOf } from './outcome';

/** The same seeds and classes drawn by every size, side by side. */
export function GroupSamples({ runs }: { runs: readonly Run[] }) {
  const names = useCall('datasets.get', { id: runs[0]?.datasetId ?? '' }, { enabled: Boolean(runs[0]?.datasetId) }).data?.classes.map((c) => c.name);
  return (
    <section aria-label="Samples">
      <Title order={2} mb="xs">Samples</Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="md">
        {runs.map((run) => <One key={run.id} run={run} names={names} />)}
      </SimpleGrid>
    </section>
  );
}

function One({ run, names }: { run: Run; names: string[] | undefined }) {
  const samples = useCall('samples.list', { runId: run.id });
  const ended = samples.data !== undefined && run.status === 'completed';
  return (
    <Paper p="sm" miw={0}>
      <Title order={3} mb="xs">Depth {depthOf(run)}</Title>
      <SampleViewer samples={samples.data ?? []} title={`Depth ${depthOf(run)}`} classNames={names} height={ended && samples.data?.length === 0 ? 80 : 230} ended={ended} />
    </Paper>
  );
}
