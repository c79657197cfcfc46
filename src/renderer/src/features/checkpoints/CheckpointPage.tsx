/** One checkpoint: what it is, a playground to sample from it, what was made of it. */
import { Table, Text } from '@mantine/core';
import { IconPackageExport, IconScissors, IconTrendingUp } from '@tabler/icons-react';
import type { Checkpoint } from '@shared/entities';
import { useScreenParams, useScreenSearch } from '../../app/router';
import { useCall } from '../../client/hooks';
import { CopyText } from '../../components/CopyText';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Rename } from '../../components/Rename';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import { TrashButton } from '../../components/TrashButton';
import { TrashedNotice } from '../../components/TrashedNotice';
import { formatBytes, formatCount, formatTime, formatValue } from '../../format/format';
import { modelShape, ORIGINS, rankText } from '../../format/model';
import { Playground } from './Playground';
import { Quality } from './Quality';

export default function CheckpointPage() {
  const { id = '' } = useScreenParams();
  const search = useScreenSearch();
  const checkpoint = useCall('checkpoints.get', { id });
  const c = checkpoint.data;
  return (
    <Page
      title={c?.name ?? 'Checkpoint'}
      lead={c && <Origin checkpoint={c} />}
      actions={
        c && c.trashedAt === null && (
          <>
            <LinkButton to="/lineage" search={{ id }} variant="default">Lineage</LinkButton>
            <TrashButton id={id} name={c.name} then="/checkpoints" />
            <LinkButton to="/extract" search={{ checkpoint: id }} variant="default" leftSection={<IconScissors size={16} />}>Extract</LinkButton>
            <LinkButton to="/train" search={{ checkpoint: id }} variant="default" leftSection={<IconTrendingUp size={16} />}>Train on</LinkButton>
            <LinkButton to="/export" search={{ checkpoint: id }} leftSection={<IconPackageExport size={16} />}>Export</LinkButton>
          </>
        )
      }
    >
      {c && <TrashedNotice id={id} noun="checkpoint" trashedAt={c.trashedAt} />}
      <Loaded query={checkpoint} height={420}>
        {(model) => (
          <>
            <Section title="Model">
              <Stats>
                <Stat label="Form" value={model.form} help={model.ranks ? rankText(model.ranks) : 'Every layer has weights of its own.'} />
                <Stat label="Shape" value={modelShape(model.model)} help="Hidden size × depth" />
                <Stat label="Parameters" value={formatCount(model.parameters)} />
                {model.form === 'factorised' && <Stat label="As dense" value={formatCount(model.denseParameters)} />}
                <Stat label="Pictures" value={`${model.model.inputSize} × ${model.model.inputSize}`} help={`In ${model.model.numClasses} classes`} />
                <Stat label="Loss" value={formatValue(model.loss)} help="Validation loss at its end" />
                <Stat label="File" value={formatBytes(model.bytes)} />
              </Stats>
            </Section>
            <Playground key={model.id} checkpoint={model} startWith={typeof search.with === 'string' ? search.with : null} />
            <Quality key={`quality ${model.id}`} checkpoint={model} />
            <Exports checkpointId={model.id} />
            <Section title="File" lead={model.file} actions={<CopyText label="Copy SHA-256" text={model.sha256} />}>
              <Text size="sm" c="dimmed">SHA-256 <Text span ff="monospace" size="sm">{model.sha256.slice(0, 24)}…</Text>, step {model.step.toLocaleString('en')}{model.hasEma ? ', with averaged weights (EMA)' : ''}</Text>
            </Section>
            <Rename key={`name ${model.id}`} noun="checkpoint" method="checkpoints.rename" id={model.id} name={model.name} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Origin({ checkpoint: c }: { checkpoint: Checkpoint }) {
  const run = useCall('runs.get', { id: c.runId ?? '' }, { enabled: c.runId !== null }).data;
  const dataset = useCall('datasets.get', { id: c.datasetId ?? '' }, { enabled: c.datasetId !== null }).data;
  const learngene = useCall('learngenes.get', { id: c.learngeneId ?? '' }, { enabled: c.learngeneId !== null }).data;
  return (
    <>
      {c.origin === 'baseline' ? 'Trained for a comparison' : ORIGINS[c.origin]}
      {c.runId && <> by <TextLink to={`/runs/${c.runId}`}>{run && run.name !== c.name ? run.name : 'its run'}</TextLink></>}
      {c.datasetId && <> on <TextLink to={`/data/${c.datasetId}`}>{dataset?.name ?? 'its dataset'}</TextLink></>}
      {c.learngeneId && <> from <TextLink to={`/learngenes/${c.learngeneId}`}>{learngene?.name ?? 'its learngene'}</TextLink></>}, {formatTime(c.createdAt)}
    </>
  );
}

function Exports({ checkpointId }: { checkpointId: string }) {
  const list = useCall('exports.list', { checkpointId }).data ?? [];
  if (list.length === 0) return null;
  return (
    <Section title="Exports" flush>
      <Table fz="sm">
        <Table.Thead><Table.Tr><Table.Th>Export</Table.Th><Table.Th>Precision</Table.Th><Table.Th>Same numbers</Table.Th><Table.Th className="number">Size</Table.Th><Table.Th className="number">Made</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {list.map((e) => (
            <Table.Tr key={e.id}>
              <Table.Td><TextLink to={`/exports/${e.id}`}>{e.format === 'onnx' ? 'ONNX' : 'safetensors'}</TextLink></Table.Td>
              <Table.Td>{e.precision}</Table.Td>
              <Table.Td>{e.parity ? (e.parity.pass ? 'passed' : 'failed') : 'not needed'}</Table.Td>
              <Table.Td className="number">{formatBytes(e.files.reduce((sum, f) => sum + f.bytes, 0))}</Table.Td>
              <Table.Td className="number">{formatTime(e.createdAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
