/** The sizes of one initialisation while they are tuned and afterwards: one curve per size, the proof, what comes next. */
import { Paper, SimpleGrid, Stack } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { WEIGHT_TYPES } from '@shared/config';
import type { Run } from '@shared/entities';
import type { SigmaOptions } from '@shared/worker';
import { useScreenParams } from '../../app/router';
import { useCall } from '../../client/hooks';
import type { RunLive } from '../../client/runFeed';
import { useRunsLive } from '../../client/useRunLive';
import { useWhole } from '../../client/whole';
import type { Lines } from '../../client/zoom';
import { ChartToolbar } from '../../components/chart/ChartToolbar';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { stepScale, toChartPoints, X_AXIS_SPECS } from '../../components/chart/runSeries';
import { useChartSettings } from '../../components/chart/settings';
import type { ChartSeries } from '../../components/chart/types';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { formatTime, plural } from '../../format/format';
import { GroupSamples } from './GroupSamples';
import { depthOf } from './outcome';
import { Outcomes } from './Outcomes';
import { Proof } from './Proof';
import { SizeCard } from './SizeCard';
import classes from './SizesPage.module.css';

export default function SizesPage() {
  const { group = '' } = useScreenParams();
  const page = useCall('runs.list', { groupId: group, limit: 64 });
  return <Loaded query={page} height={600}>{({ runs }) => <Shown group={group} runs={runs.toSorted((a, b) => depthOf(a) - depthOf(b))} />}</Loaded>;
}

function Shown({ group, runs }: { group: string; runs: readonly Run[] }) {
  const learngeneId = runs[0]?.learngeneId ?? null;
  const learngene = useCall('learngenes.list', {}).data?.find((l) => l.id === learngeneId);
  if (runs.length === 0) return <Page title="Sizes"><Paper p="lg">These runs are no longer here. <TextLink to="/initialize">Initialise sizes</TextLink></Paper></Page>;
  const open = runs.filter((r) => r.status === 'running' || r.status === 'queued');
  return (
    <Page
      title={open.length > 0 ? `Initialising ${plural(runs.length, 'size')}` : `${plural(runs.length, 'size')} from one learngene`}
      lead={<>From {learngene ? <TextLink to={`/learngenes/${learngene.id}`}>{learngene.name}</TextLink> : 'a learngene'}, started {formatTime(runs[0].createdAt)}{otherShape(runs[0])}</>}
      actions={
        learngeneId && (
          <>
            <LinkButton to={`/learngenes/${learngeneId}`} variant="default">Sigma of all sizes</LinkButton>
            <LinkButton to="/initialize" search={{ learngene: learngeneId }} variant="default">More sizes</LinkButton>
          </>
        )
      }
    >
      <div className={classes.cards}>{runs.map((run) => <SizeCard key={run.id} run={run} />)}</div>
      <Curves key={group} runs={runs} />
      <Outcomes runs={runs} />
      <Proof runs={runs} expected={learngene?.uvHash ?? null} />
      <GroupSamples runs={runs} />
    </Page>
  );
}

/** Of an experiment with another shape than the learngene's. */
function otherShape(run: Run): string {
  const { sigma } = run.config as { sigma?: Partial<SigmaOptions> };
  return sigma?.resize ? `. Experimental: width ${sigma.resize.hiddenSize}, ${sigma.resize.heads} heads, patch ${sigma.resize.patchSize}.` : '';
}

const SIGMA_KEYS = WEIGHT_TYPES.map((type) => `sigma.${type}`);

function Curves({ runs }: { runs: readonly Run[] }) {
  const lives = useRunsLive(runs.map((r) => r.id));
  const settings = useChartSettings('sizes');
  const { xAxis } = settings;
  const held = useMemo(() => [...lives].map(([runId, live]) => ({ runId, series: live.series })), [lives]);
  const draw = useCallback((drawn: readonly Lines[]) => {
    const byRun = new Map(drawn.map(({ runId, series }) => [runId, series]));
    const of = (metric: string, exact: boolean): ChartSeries[] =>
      runs.map((run, index) => ({ key: run.id, label: `Depth ${depthOf(run)}`, index, exact, points: toChartPoints(byRun.get(run.id)?.get(metric) ?? [], xAxis, stepScale(run, null)) }));
    const sigma = runs.map((run, index) => ({ key: run.id, label: `Depth ${depthOf(run)}`, index, exact: true, points: toChartPoints(meanSigma(byRun.get(run.id)), xAxis, stepScale(run, null)) }));
    return { loss: of('loss', false), validation: of('validationLoss', true), sigma };
  }, [runs, xAxis]);
  const lines = useMemo(() => draw(held), [draw, held]);
  const ask = useWhole(held, draw);
  const whole = useMemo(() => ({
    loss: async () => (await ask(['loss'])).loss,
    validation: async () => (await ask(['validationLoss'])).validation,
    sigma: async () => (await ask(SIGMA_KEYS)).sigma,
  }), [ask]);
  const x = X_AXIS_SPECS[xAxis];
  const loading = runs.some((run) => lives.get(run.id)?.loading !== false);
  return (
    <Stack gap="md">
      <h2 className="visually-hidden">Curves</h2>
      <ChartToolbar settings={settings} axes={['step', 'time', 'images']} />
      <LineChartPanel title="Loss" lead="One line per size: denoising loss while sigma is tuned." series={lines.loss} whole={whole.loss} x={x} y={{ label: '' }} settings={settings} height={300} empty={loading ? 'Loading.' : 'The first point appears within seconds of the start.'} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <LineChartPanel title="Validation loss" lead="On pictures that are never trained on, at fixed noise." series={lines.validation} whole={whole.validation} x={x} y={{ label: '' }} settings={settings} height={200} empty={loading ? 'Loading.' : 'Measured before and after tuning.'} />
        <LineChartPanel title="Sigma" lead="Root mean square over all blocks and types." series={lines.sigma} whole={whole.sigma} x={x} y={{ label: '' }} settings={settings} allowLogY={false} height={200} empty={loading ? 'Loading.' : undefined} />
      </SimpleGrid>
    </Stack>
  );
}

/** Root mean square over the types, each of which is one over its blocks. */
function meanSigma(series: RunLive['series'] | undefined) {
  const all = SIGMA_KEYS.map((k) => series?.get(k) ?? []);
  return all[0].flatMap((point, i) => {
    const values = all.map((points) => points[i]?.value).filter((v) => v !== null && v !== undefined);
    return values.length < all.length ? [] : [{ ...point, value: Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length) }];
  });
}
