/** What works, what waits behind it in its order, and what stands still and could go on. */
import { Stack } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { measuredRuns } from '@shared/speed';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import { AtWork } from './AtWork';
import { Forecast } from './Forecast';
import { msOfWork } from './estimate';
import { Standing } from './Standing';
import { Tasks } from './Tasks';
import { WaitingList } from './WaitingList';

const MOST = 1000;

export default function QueuePage() {
  const running = useCall('runs.list', { status: ['running'], limit: 10 });
  const waiting = useCall('runs.list', { status: ['queued'], sort: 'queuePosition', descending: false, limit: MOST });
  const standing = useCall('runs.list', { status: ['paused', 'interrupted', 'failed', 'cancelled'], limit: 50 });
  const past = useCall('runs.list', { status: ['completed'], limit: 200 });
  const testStep = useCall('app.info', {}).data?.testStepGflops ?? null;
  const measured = useMemo(() => measuredRuns(past.data?.runs ?? []), [past.data]);
  const nothing = running.data?.total === 0 && waiting.data?.total === 0;
  return (
    <Page title="Queue" lead="One run works at a time; the others wait in this order. Each keeps the configuration that it had when it was queued." actions={!nothing && <LinkButton to="/pretrain" variant="default">New pretraining</LinkButton>}>
      {nothing ? (
        <EmptyState
          icon={IconStack2}
          sentence="Nothing runs and nothing waits. What you start while something is at work waits here for its turn, even when the window is closed."
          action={<LinkButton to="/pretrain">New pretraining</LinkButton>}
          second={<LinkButton to="/initialize" variant="default">Initialise sizes</LinkButton>}
        />
      ) : (
        <>
          <Section title="At work" actions={running.data && waiting.data && <Forecast running={running.data.runs} waiting={waiting.data.runs} measured={measured} testStep={testStep} />}>
            <Loaded query={running} height={64}>{({ runs }) => <AtWork runs={runs} />}</Loaded>
          </Section>
          <Section title="Waiting" lead="Drag a row, use its buttons, or focus it and press Alt with the up or down arrow." flush>
            <Loaded query={waiting} height={200}>{({ runs }) => <WaitingList runs={runs} expected={(run) => msOfWork(run, measured, testStep)} />}</Loaded>
          </Section>
        </>
      )}
      <Tasks />
      <Stack gap="lg">
        <Loaded query={standing} height={120}>{({ runs }) => <Standing runs={runs} />}</Loaded>
      </Stack>
    </Page>
  );
}
