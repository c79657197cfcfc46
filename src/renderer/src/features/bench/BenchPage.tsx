/** Ways to begin a model, compared at an equal budget: one table, one chart, the paper's figures beside them. */
import { Alert, Progress, Select, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useScreenSearch } from '../../app/router';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { plural } from '../../format/format';
import { type Budget, budgetsOf, type Comparison, comparisonsOf, rowsOf } from './comparisons';
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
  const ready = learngenes.data !== undefined && learngenes.data.length > 0;
  return (
    <Page title="Bench" lead="Ways to begin a model, compared at an equal budget of steps and pictures." actions={shown && <LinkButton to="/bench/new">New comparison</LinkButton>}>
      <Loaded query={page} height={480}>
        {() =>
          shown ? (
            <>
              <Select maw={460} label="Comparison" value={shown.id} onChange={(comparison) => void navigate({ to: '/bench', search: { comparison } as never })} data={comparisons.map((c) => ({ value: c.id, label: c.title }))} searchable={comparisons.length > 12} />
              <Shown key={shown.id} comparison={shown} />
            </>
          ) : (
            <>
              <EmptyState
                icon={IconFlask}
                sentence={ready ? 'Does the learngene help? Start the same model from it, from other values of sigma and from nothing, and see who is ahead after the same number of steps.' : 'Here one sees whether a learngene helps: the same model is started from it and from nothing, for the same number of steps. It needs a learngene first.'}
                action={ready ? <LinkButton to="/bench/new">New comparison</LinkButton> : <LinkButton to="/">Try with example data</LinkButton>}
                second={ready ? undefined : <LinkButton to="/extract" variant="default">Extract a learngene</LinkButton>}
              />
              <PaperFigures tables={[PAPER_MAIN, PAPER_SHARING, PAPER_SIGMA]} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Shown({ comparison }: { comparison: Comparison }) {
  const { runs } = comparison;
  const rows = useMemo(() => rowsOf(runs), [runs]);
  const budgets = budgetsOf(runs);
  const open = runs.filter((r) => r.status === 'queued' || r.status === 'running').length;
  const hasScratch = runs.some((r) => r.kind === 'pretrain');
  const starts = new Set(runs.filter((r) => r.kind === 'initialize').map((r) => (r.config.sigma as { sigmaStart?: string } | undefined)?.sigmaStart));
  const paper = [...(starts.size > 1 ? [PAPER_SIGMA] : []), ...(hasScratch ? [PAPER_SHARING] : []), PAPER_MAIN];
  return (
    <Stack gap="lg">
      <BudgetLine budgets={budgets} />
      {open > 0 && (
        <div>
          <Text size="sm" mb={4}>{plural(runs.length - open, 'run')} of {runs.length} done</Text>
          <Progress value={((runs.length - open) / runs.length) * 100} aria-label="Runs of this comparison that are done" />
        </div>
      )}
      <ResultTable title={comparison.title} rows={rows} />
      <OverlayChart rows={rows} />
      <PaperFigures tables={paper} />
    </Stack>
  );
}

function BudgetLine({ budgets }: { budgets: readonly Budget[] }) {
  const datasets = useCall('datasets.list', {}).data;
  const words = (b: Budget) => `${b.steps.toLocaleString('en')} steps of ${plural(b.batchSize, 'picture')} from ${datasets?.find((d) => d.id === b.datasetId)?.name ?? 'its data'}`;
  if (budgets.length === 1) return <Text size="sm">Equal budget: <b>{words(budgets[0])}</b> for each run. A learngene’s own pretraining is paid once, for all sizes, and not counted here.</Text>;
  return <Alert color="ochre" style={{ background: 'var(--warn-soft)' }} title="The budgets differ">These runs had {budgets.map(words).join('; ')}. The losses after them cannot be compared as they are.</Alert>;
}
