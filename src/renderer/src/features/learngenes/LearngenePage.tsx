/** One learngene: where it came from, what it holds, what it brings to each size, its sigma. */
import { ActionIcon, Alert, CopyButton, List, SimpleGrid, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconStack2 } from '@tabler/icons-react';
import { WEIGHT_TYPES } from '@shared/config';
import type { Checkpoint, Learngene } from '@shared/entities';
import { useScreenParams } from '../../app/router';
import { useCall } from '../../client/hooks';
import { LineChartPanel } from '../../components/chart/LineChartPanel';
import { useChartSettings } from '../../components/chart/settings';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Rename } from '../../components/Rename';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { TrashButton } from '../../components/TrashButton';
import { TrashedNotice } from '../../components/TrashedNotice';
import { formatBytes, formatCount, formatTime } from '../../format/format';
import { modelShape, rankText } from '../../format/model';
import { Holdings } from './Holdings';
import { reuseAt, usualDepths } from './reuse';
import { ReuseTable } from './ReuseTable';
import { LAYER_AXIS } from './sigma';
import { SigmaSection } from './SigmaSection';
import { SizeComparison } from './SizeComparison';

export default function LearngenePage() {
  const { id = '' } = useScreenParams();
  const learngene = useCall('learngenes.get', { id });
  return (
    <Page
      title={learngene.data?.name ?? 'Learngene'}
      lead={learngene.data && <Origin learngene={learngene.data} />}
      actions={
        learngene.data?.trashedAt === null && (
          <>
            <LinkButton to="/lineage" search={{ id }} variant="default">Lineage</LinkButton>
            <TrashButton id={id} name={learngene.data.name} then="/learngenes" />
            <LinkButton to="/initialize" search={{ learngene: id }} leftSection={<IconStack2 size={16} />}>Initialise sizes</LinkButton>
          </>
        )
      }
    >
      {learngene.data && <TrashedNotice id={id} noun="learngene" trashedAt={learngene.data.trashedAt} />}
      <Loaded query={learngene} height={420}>{(l) => <Details key={l.id} learngene={l} />}</Loaded>
    </Page>
  );
}

function Origin({ learngene: l }: { learngene: Learngene }) {
  const source = useCall('checkpoints.get', { id: l.checkpointId ?? '' }, { enabled: l.checkpointId !== null }).data;
  if (l.importedFrom !== null) return <>{l.method === 'direct' ? 'Taken out of a factorised model' : 'Decomposed (CP-ALS)'} elsewhere; imported from {l.importedFrom}, {formatTime(l.createdAt)}</>;
  return (
    <>
      {l.method === 'direct' ? 'Taken out of ' : 'Decomposed (CP-ALS) from '}
      {l.checkpointId === null ? 'a checkpoint that was erased since' : <TextLink to={`/checkpoints/${l.checkpointId}`}>{source?.name ?? 'its checkpoint'}</TextLink>}
      {source?.runId && <>, made by <TextLink to={`/runs/${source.runId}`}>this run</TextLink></>}, {formatTime(l.createdAt)}
    </>
  );
}

function Details({ learngene: l }: { learngene: Learngene }) {
  const checkpoints = useCall('checkpoints.list', {});
  const source = useCall('checkpoints.get', { id: l.checkpointId ?? '' }, { enabled: l.checkpointId !== null });
  const { model } = l;
  const derived = checkpoints.data?.filter((c) => c.learngeneId === l.id && c.form === 'factorised' && c.ranks).toSorted((a, b) => a.model.depth - b.model.depth) ?? [];
  const withSigma = [...(source.data?.form === 'factorised' ? [source.data] : []), ...onePerDepth(derived)];
  const made = new Set(derived.map((c) => c.model.depth));
  return (
    <>
      {l.warnings.length > 0 && (
        <Alert color="ochre" icon={<IconAlertTriangle size={18} />} title="Worth knowing before you use it">
          <List size="sm">{l.warnings.map((w) => <List.Item key={w}>{w}</List.Item>)}</List>
        </Alert>
      )}
      <Section title="At a glance">
        <Stats>
          <Stat label="Hidden size" value={l.hiddenSize} help="Every model that it initialises has this width." />
          <Stat label="Rank" value={rankText(l.ranks).replace(/^ranks? /, '')} />
          <Stat label="From depth" value={l.sourceDepth} />
          <Stat label="Parameters" value={formatCount(l.parameters)} />
          <Stat label="File" value={formatBytes(l.bytes)} />
          <Stat label="Sizes made" value={made.size === 0 ? 'none yet' : [...made].join(', ')} help="Depths that were initialised from it." />
          <Stat label="Hash of U and V" help="SHA-256 over the shared factors. Every size that starts from them keeps this hash." value={<Hash value={l.uvHash} />} />
        </Stats>
      </Section>
      {model ? <Uses learngene={l} model={model} made={made} /> : <Section title="What it holds"><Text size="sm">Its checkpoint was erased before learngenes kept the description of their model. Import its file again: it describes itself.</Text></Section>}
      {l.errors && <DecompositionErrors errors={l.errors} />}
      {withSigma.length > 0 ? (
        <SigmaSection models={withSigma} sourceId={l.checkpointId ?? ''} />
      ) : (
        <Section title="Sigma"><Text size="sm">{l.checkpointId === null ? 'The model that it comes from is not here.' : 'The source is dense, so it has no sigma of its own.'} Initialise a size to see what sigma becomes. <TextLink to="/initialize" search={{ learngene: l.id }}>Initialise sizes</TextLink></Text></Section>
      )}
      <Rename noun="learngene" method="learngenes.rename" id={l.id} name={l.name} />
    </>
  );
}

function Uses({ learngene: l, model, made }: { learngene: Learngene; model: NonNullable<Learngene['model']>; made: ReadonlySet<number> }) {
  const rows = usualDepths(l.sourceDepth).map((depth) => reuseAt(model, l.ranks, depth));
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <Section title="Beside the models that it initialises" lead={`${modelShape(model)}; any other depth works as well.`}><SizeComparison bytes={l.bytes} rows={rows} /></Section>
        <Section title="What it holds" lead={`Carries ${['U', 'V', ...l.carries.map((c) => (c === 'finalLayer' ? 'final layer' : c))].join(', ')}.`}><Holdings model={model} ranks={l.ranks} /></Section>
      </SimpleGrid>
      <Section title="Reuse" lead="One learngene, many depths. Carried over: U, V, embedders and final layer, as a share of the dense model." flush><ReuseTable rows={rows} sourceDepth={l.sourceDepth} made={made} /></Section>
    </>
  );
}

/** The newest of each depth; a comparison of five equal ones says nothing. */
function onePerDepth(checkpoints: readonly Checkpoint[]): Checkpoint[] {
  const newest = new Map<number, Checkpoint>();
  for (const c of checkpoints) if ((newest.get(c.model.depth)?.createdAt ?? 0) < c.createdAt) newest.set(c.model.depth, c);
  return [...newest.values()];
}

function DecompositionErrors({ errors }: { errors: NonNullable<Learngene['errors']> }) {
  const settings = useChartSettings('decomposition');
  const series = WEIGHT_TYPES.map((type) => ({ key: type, label: type, exact: true, dots: true, points: (errors[type] ?? []).map((y, l) => ({ x: l + 1, y })) }));
  return <LineChartPanel title="Error of the decomposition" lead="Relative to each layer's own weights (Frobenius norm); 0 is exact, 1 is nothing." series={series} x={LAYER_AXIS} y={{ label: '' }} settings={{ ...settings, logX: false, logY: false }} />;
}

function Hash({ value }: { value: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 4, alignItems: 'center' }}>
      <Text span ff="monospace" size="sm">{value.slice(0, 12)}</Text>
      <CopyButton value={value}>{({ copied, copy }) => <Tooltip label={copied ? 'Copied' : value}><ActionIcon size="sm" aria-label="Copy the hash" onClick={copy}>{copied ? <IconCheck size={14} /> : <IconCopy size={14} />}</ActionIcon></Tooltip>}</CopyButton>
    </span>
  );
}
