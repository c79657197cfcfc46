/** One line at the foot: connection, the job that runs with its progress, background tasks, memory. */
import { Button, Loader, Progress, Text, Tooltip } from '@mantine/core';
import { IconCircleFilled, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useConnection, useConnectionState } from '../client/context';
import { useCall, useMeters, useProgress, useTasks } from '../client/hooks';
import { CancelTask, taskText } from '../components/TaskProgress';
import { barValue, formatBytes, formatLeft, formatPercent, formatWhole } from '../format/format';
import { shortcutKeys } from './actions/shortcuts';

function ConnectionLight() {
  const { status, reason } = useConnectionState();
  const connection = useConnection();
  if (status === 'online')
    return (
      <span role="status" style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
        <IconCircleFilled size={8} style={{ color: 'var(--accent)' }} aria-hidden /> Connected
      </span>
    );
  if (status === 'connecting')
    return (
      <span role="status">
        <Loader size={10} /> Connecting
      </span>
    );
  return (
    <Tooltip label={reason}>
      <span role="status" style={{ display: 'inline-flex', gap: 6, alignItems: 'center', color: 'var(--bad)' }}>
        <IconPlugConnectedX size={14} aria-hidden /> Not connected: what you see may be out of date
        <Button size="compact-xs" variant="default" onClick={() => connection.retryNow()}>
          Try now
        </Button>
      </span>
    </Tooltip>
  );
}

function RunningJob() {
  const running = useCall('runs.list', { status: ['running'], limit: 4 }).data;
  const run = running?.runs[0];
  const progress = useProgress(run?.id);
  const meter = useMeters(run?.id).at(-1);
  if (!run) return <Text span size="xs" c="dimmed">Nothing is running</Text>;
  const step = progress?.step ?? run.step;
  const fraction = run.steps > 0 ? step / run.steps : 0;
  return (
    <>
      <Link to={`/runs/${run.id}`} style={{ color: 'var(--mantine-color-anchor)', maxWidth: '16rem', overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {run.name}
      </Link>
      <Progress value={barValue(fraction)} w="7rem" size="sm" aria-label={`Progress of ${run.name}`} />
      <span>
        {progress?.phase && progress.phase !== 'training' ? `${progress.phase}, ` : ''}
        {formatWhole(step)} of {formatWhole(run.steps)} steps ({formatPercent(fraction)})
      </span>
      {progress?.etaMs != null && <span>{formatLeft(progress.etaMs)}</span>}
      {meter && (
        <span>
          CPU {formatPercent(meter.cpu)}, memory {formatBytes(meter.rss)}
        </span>
      )}
      {running.total > 1 && <Link to="/queue" style={{ color: 'var(--mantine-color-anchor)' }}>{running.total - 1} more</Link>}
    </>
  );
}

function RunningTask() {
  const [task, ...others] = Object.values(useTasks());
  if (!task) return null;
  return (
    <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
      <Loader size={10} /> {task.label}: {taskText(task)}
      <CancelTask task={task} size="compact-xs" />
      {others.length > 0 && <Link to="/queue" style={{ color: 'var(--mantine-color-anchor)' }}>{others.length} more</Link>}
    </span>
  );
}

export function StatusBar() {
  const info = useCall('app.info', {}).data;
  return (
    <footer className="status" aria-label="Status">
      <ConnectionLight />
      <RunningJob />
      <RunningTask />
      <span className="grow" />
      {info && <Text span size="xs" c="dimmed" className="machine">{info.cpus} cores, {formatBytes(info.memoryBytes)} memory, {formatBytes(info.freeDiskBytes)} disk free</Text>}
      <Text span size="xs" c="dimmed">{shortcutKeys('mod+K').join('+')} for actions</Text>
    </footer>
  );
}
