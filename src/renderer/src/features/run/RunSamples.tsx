import { Paper, Title } from '@mantine/core';
import type { Run } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { SampleViewer } from '../../components/SampleViewer';

/** Pictures drawn while the run trains, always from the same seeds and classes. */
export function RunSamples({ run }: { run: Run }) {
  const samples = useCall('samples.list', { runId: run.id });
  const dataset = useCall('datasets.get', { id: run.datasetId ?? '' }, { enabled: run.datasetId !== null }).data;
  return (
    <Paper component="section" aria-label="Samples" p="sm" miw={0}>
      <Title order={3} mb="xs">Samples</Title>
      <SampleViewer samples={samples.data ?? []} title={run.name} classNames={dataset?.classes.map((c) => c.name)} height={318} ended={samples.data !== undefined && (run.status === 'completed' || run.status === 'failed' || run.status === 'cancelled')} />
    </Paper>
  );
}
