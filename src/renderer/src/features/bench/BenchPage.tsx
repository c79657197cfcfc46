/** Ways to begin a model, compared at an equal budget: one table, one chart, the paper's figures beside them. */
import { Alert, Group, Progress, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Run } from '@shared/entities';
import { useScreenSearch } from '../../app/router';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { RunStatus } from '../../components/RunStatus';
import { plural } from '../../format/format';
import { type Budget, budgetsOf, comparedOf, type Comparison, comparisonsOf, rowsOf } from './comparisons';
import { OverlayChart } from './OverlayChart';
import { PAPER_MAIN, PAPER_SHARING, PAPER_SIGMA } from './paper';
import { PaperFigures } from './PaperFigures';
import { ResultTable } from './ResultTable';

export default function BenchPage() {
  const page = useCall('runs.list', { limit: 1000 });
  const learngenes = useCall('learngenes.list', {});
  const search = useScreenSearch();
  const navigate = useNavigate();
  const comparisons = comparisonsOf(page.data?.runs ?? [], (id) => learngenes.data?.find((l) => l.id === id)?.name);
  const shown = comparisons.find((c) => c.id === search.comparison) ?? comparisons[0];
  return (
    <Page title="Bench" lead="Ways to begin a model, compared at an equal budget of steps and pictures." actions={shown && <>{shown.runs.some(comparedOf) && <LinkButton variant="default" to="/bench/new" search={{ from: shown.id }}>Copy as a new comparison</LinkButton>}<LinkButton to="/bench/new">New comparison</LinkButton></>}>
      <Loaded query={page} height={480}>
        {() =>
          shown ? (
            <>
              <Select maw={460} label="Comparison" value={shown.id} onChange={(comparison) => void navigate({ to: '/bench', search: { comparison } as never })} data={comparisons.map((c) => ({ value: c.id, label: c.title }))} searchable={comparisons.length > 12} />
              <Shown key={shown.id} comparison={shown} all={page.data?.runs ?? []} />
            </>
          ) : (
            <>
              <EmptyState
                icon={IconFlask}
                sentence="Does a learngene help, and more than other ways to begin? Start the same models in any of fifteen ways, give each the same number of steps, and see who is ahead. What a way needs is trained first."
                action={<LinkButton to="/bench/new">New comparison</LinkButton>}
              />
              <PaperFigures tables={[PAPER_MAIN, PAPER_SHARING, PAPER_SIGMA]} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Shown({ comparison, all }: { comparison: Comparison; all: readonly Run[] }) {
  const { runs } = comparison;
  const [isCharged, setCharged] = useState(false);
  const ended = useMemo(() => rowsOf(runs), [runs]);
  const rows = useMemo(() => (isCharged ? ended.map((row) => ({ ...row, after: row.charged })) : ended), [ended, isCharged]);
  const budgets = budgetsOf(runs);
  const open = runs.filter((r) => r.status === 'queued' || r.status === 'running').length;
  const compared = runs.flatMap((r) => comparedOf(r) ?? []);
  const sourceIds = new Set(compared.map((c) => c.sourceRunId));
  const sources = all.filter((r) => sourceIds.has(r.id));
  const hasScratch = runs.some((r) => r.kind === 'pretrain') || compared.some((c) => c.method === 'scratch' || c.method === 'svd');
  const starts = new Set([...runs.filter((r) => r.kind === 'initialize').map((r) => (r.config.sigma as { sigmaStart?: string } | undefined)?.sigmaStart), ...compared.flatMap((c) => c.sigmaStart ?? [])]);
  const paper = [...(starts.size > 1 ? [PAPER_SIGMA] : []), ...(hasScratch ? [PAPER_SHARING] : []), PAPER_MAIN];
  const uncharged = compared.some((c) => !c.charged && c.adaptation);
  return (
    <Stack gap="lg">
      <BudgetLine budgets={budgets} />
      {open > 0 && (
        <div>
          <Text size="sm" mb={4}>{plural(runs.length - open, 'run')} of {runs.length} done</Text>
          <Progress value={((runs.length - open) / runs.length) * 100} aria-label="Runs of this comparison that are done" />
        </div>
      )}
      {sources.length > 0 && (
        <Group gap="md">
          <Text size="sm" c="dimmed">Sources, trained once:</Text>
          {sources.map((r) => <Group key={r.id} gap={6}><TextLink to={`/runs/${r.id}`}>{r.name.replace('Source: ', '')}</TextLink><RunStatus status={r.status} /></Group>)}
        </Group>
      )}
      {uncharged && <SegmentedControl size="xs" style={{ alignSelf: 'flex-start' }} aria-label="Budget" value={isCharged ? 'charged' : 'uncharged'} onChange={(value) => setCharged(value === 'charged')} data={[{ value: 'uncharged', label: 'Adaptation on top' }, { value: 'charged', label: 'Adaptation charged' }]} />}
      <ResultTable title={comparison.title} rows={rows} />
      <OverlayChart rows={rows} />
      <PaperFigures tables={paper} />
    </Stack>
  );
}

function BudgetLine({ budgets }: { budgets: readonly Budget[] }) {
  const datasets = useCall('datasets.list', {}).data;
  const words = (b: Budget) => `${b.steps.toLocaleString('en')} steps of ${plural(b.batchSize, 'picture')} from ${datasets?.find((d) => d.id === b.datasetId)?.name ?? 'its data'}`;
  if (budgets.length === 1) return <Text size="sm">Equal budget: <b>{words(budgets[0])}</b> for each run. Pretraining of sources is paid once, for all sizes, and not counted here.</Text>;
  return <Alert color="ochre" style={{ background: 'var(--warn-soft)' }} title="The budgets differ">These runs had {budgets.map(words).join('; ')}. The losses after them cannot be compared as they are.</Alert>;
}
