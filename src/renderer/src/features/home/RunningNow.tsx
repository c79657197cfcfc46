import { Stack, Text } from '@mantine/core';
import { useCall } from '../../client/hooks';
import { TextLink } from '../../components/links';
import { RunProgress } from '../../components/RunProgress';
import { Section } from '../../components/Section';

/** What works now, and how much waits behind it. */
export function RunningNow() {
  const running = useCall('runs.list', { status: ['running'], limit: 10 });
  const queued = useCall('runs.list', { status: ['queued'], limit: 1 }).data?.total ?? 0;
  return (
    <Section title="Running now" actions={queued > 0 && <TextLink to="/queue">{queued} queued</TextLink>}>
      {running.data && running.data.runs.length > 0 ? (
        <Stack gap="md">
          {running.data.runs.map((run) => (
            <div key={run.id}>
              <TextLink to={`/runs/${run.id}`}>{run.name}</TextLink>
              <RunProgress run={run} />
            </div>
          ))}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">Nothing is running. <TextLink to="/pretrain">Start a pretraining</TextLink></Text>
      )}
    </Section>
  );
}
