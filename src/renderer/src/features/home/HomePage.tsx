/** Where one starts: two ways in, what runs, what asks for a decision, what was done last. */
import { Button, Stack } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useAction, useCall } from '../../client/hooks';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/Page';
import { Attention } from './Attention';
import { DemoPanel } from './DemoPanel';
import classes from './HomePage.module.css';
import { LatestPictures } from './LatestPictures';
import { RecentRuns } from './RecentRuns';
import { RunningNow } from './RunningNow';
import { ThePath } from './ThePath';
import { Welcome } from './Welcome';

export default function HomePage() {
  const demo = useCall('demo.state', {});
  const runs = useCall('runs.list', { limit: 8 });
  const start = useAction('demo.start');
  const demoRuns = demo.data?.status === 'running';
  const isNew = runs.data?.total === 0 && demo.data?.status === 'idle' && !start.isPending;
  const tryDemo = (variant: 'filled' | 'default') => (
    <Button variant={variant} size={isNew ? 'md' : 'sm'} leftSection={<IconPlayerPlay size={16} />} loading={start.isPending} disabled={demoRuns} onClick={() => start.mutate({})}>
      {demoRuns ? 'The demo is running' : 'Try the demo'}
    </Button>
  );
  return (
    <Page
      title={isNew ? 'Welcome' : 'Home'}
      lead="Pretrain one factorised diffusion transformer, then initialise models of any depth from it."
      actions={
        !isNew && (
          <>
            {tryDemo('default')}
            <LinkButton to="/data/add">New project from my images</LinkButton>
          </>
        )
      }
    >
      {start.error && <ErrorPanel error={start.error} onDismiss={() => start.reset()} />}
      {isNew && <Welcome demo={tryDemo('filled')} />}
      {demo.data && demo.data.status !== 'idle' && <DemoPanel demo={demo.data} />}
      {/* The demo walks this very path: nothing else is to be done next while it does. */}
      {!isNew && !demoRuns && <ThePath />}
      {!isNew && (
        <div className={classes.columns}>
          <Stack gap="lg" miw={0}>
            <Attention />
            <RunningNow />
            <LatestPictures />
          </Stack>
          <RecentRuns runs={runs} />
        </div>
      )}
    </Page>
  );
}
