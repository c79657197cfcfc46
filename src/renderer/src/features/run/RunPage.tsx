/** One run: what it does, its curves and pictures, what it said, what it is made of. */
import { Alert, Button, Group, Paper, Tabs, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import type { ErrorInfo } from '@shared/errors';
import { useScreenParams } from '../../app/router';
import { useCall } from '../../client/hooks';
import { useRunFeed } from '../../client/useRunLive';
import { ErrorPanel } from '../../components/ErrorPanel';
import { TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { RUN_KIND_LABELS, RunStatus } from '../../components/RunStatus';
import { RunProgress } from '../../components/RunProgress';
import { TrashedNotice } from '../../components/TrashedNotice';
import { backendName } from '../../format/backends';
import { formatTime } from '../../format/format';
import { Configuration } from './Configuration';
import { Curves } from './Curves';
import { Figures } from './Figures';
import { Log } from './Log';
import { Meters } from './Meters';
import { NextSteps } from './NextSteps';
import { Notes } from './Notes';
import { RunButtons } from './RunButtons';
import { RunCheckpoints } from './RunCheckpoints';
import { RunSamples } from './RunSamples';
import { type RunDoing, useRunDoing } from './useRunDoing';

export default function RunPage() {
  const { id = '' } = useScreenParams();
  const run = useCall('runs.get', { id });
  if (!run.data) return <Page title="Run"><Loaded query={run} height={420}>{() => null}</Loaded></Page>;
  return <Shown key={id} run={run.data} />;
}

const isStopped = (run: Run) => run.status === 'interrupted' || run.status === 'paused';

function Shown({ run }: { run: Run }) {
  const doing = useRunDoing(run);
  const feed = useRunFeed(run.id);
  return (
    <Page
      title={run.name}
      mark={<RunStatus status={run.status} />}
      lead={<Origin run={run} />}
      actions={<><RunButtons doing={doing} resumeElsewhere={isStopped(run)} />{run.trashedAt === null && <NextSteps run={run} />}</>}
    >
      {doing.error && <ErrorPanel error={doing.error} onDismiss={doing.clearError} />}
      <TrashedNotice id={run.id} noun="run" trashedAt={run.trashedAt} />
      {run.trashedAt === null && <Stopped run={run} doing={doing} />}
      <Paper component="section" aria-label="Progress" p="md">
        <RunProgress run={run} />
        <Figures run={run} feed={feed} />
      </Paper>
      <Tabs defaultValue="curves">
        <Tabs.List mb="md">
          <Tabs.Tab value="curves">Curves and samples</Tabs.Tab>
          <Tabs.Tab value="log">Log</Tabs.Tab>
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
          <Tabs.Tab value="checkpoints">Checkpoints</Tabs.Tab>
          <Tabs.Tab value="notes">Name and notes{run.notes || run.tags.length > 0 ? ' •' : ''}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curves"><Curves run={run} feed={feed} samples={<RunSamples run={run} />} meters={<Meters run={run} />} /></Tabs.Panel>
        <Tabs.Panel value="log"><Log run={run} /></Tabs.Panel>
        <Tabs.Panel value="configuration"><Configuration run={run} /></Tabs.Panel>
        <Tabs.Panel value="checkpoints"><RunCheckpoints run={run} /></Tabs.Panel>
        <Tabs.Panel value="notes"><Notes run={run} /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Kind, data and what it started from, as links. */
function Origin({ run }: { run: Run }) {
  const dataset = useCall('datasets.get', { id: run.datasetId ?? '' }, { enabled: run.datasetId !== null }).data;
  return (
    <>
      {RUN_KIND_LABELS[run.kind]}
      {run.datasetId && <> on <TextLink to={`/data/${run.datasetId}`}>{dataset?.name ?? run.datasetId}</TextLink></>}
      {run.learngeneId && <> from the <TextLink to={`/learngenes/${run.learngeneId}`}>learngene</TextLink></>}
      {run.checkpointId && <> from <TextLink to={`/checkpoints/${run.checkpointId}`}>a checkpoint</TextLink></>}
      {run.kind === 'bench' && run.groupId && <>, one of <TextLink to="/bench" search={{ comparison: run.groupId }}>a comparison</TextLink></>}
      , made {formatTime(run.createdAt)}
      {run.backend ? `, computed by ${backendName(run.backend)}` : ''}
    </>
  );
}

/** What to do with a run that stands still. */
function Stopped({ run, doing }: { run: Run; doing: RunDoing }) {
  const error = run.error as ErrorInfo | null;
  if (isStopped(run)) {
    return (
      <Alert color="ochre" style={{ background: 'var(--warn-soft)' }} title={run.status === 'paused' ? 'This run is paused' : 'This run was interrupted'}>
        <Group justify="space-between">
          <Text size="sm" maw="44rem">
            {error?.message} {run.step > 0 ? `Its state at step ${run.step.toLocaleString('en')} is saved. Resuming repeats exactly what an uninterrupted run would have done; the configuration is fixed for that reason.` : 'It had not begun: it starts from its first step.'}
          </Text>
          <Button leftSection={<IconPlayerPlay size={16} />} loading={doing.pending === 'resume'} onClick={doing.resume}>{run.step > 0 ? `Resume from step ${run.step.toLocaleString('en')}` : 'Start'}</Button>
        </Group>
      </Alert>
    );
  }
  if (run.status === 'failed' && error) return <ErrorPanel error={error} title="This run failed" />;
  return null;
}
