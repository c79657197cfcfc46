/** All trained models; two of them can be put side by side. */
import { Button, Group, Text } from '@mantine/core';
import { IconChartDots, IconFileImport, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Checkpoint, Evaluation } from '@shared/entities';
import { useConnection } from '../../client/context';
import { useLatestEvaluations } from '../../client/evaluations';
import { useAction, useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LatestFigure } from '../../components/LatestFigure';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import type { Column } from '../../components/table/columns';
import { DataTable, OWN_PAGE_HEIGHT } from '../../components/table/DataTable';
import { showUndo } from '../../components/undo';
import { formatBytes, formatCount, formatTime, formatValue, plural } from '../../format/format';
import { ORIGINS } from '../../format/model';

const columns = (evaluations: ReadonlyMap<string, Evaluation>): Column<Checkpoint>[] => [
  { id: 'name', header: 'Name', width: 210, value: (c) => c.name, cell: (c) => <TextLink to={`/checkpoints/${c.id}`}>{c.name}</TextLink> },
  { id: 'origin', header: 'Origin', width: 96, value: (c) => ORIGINS[c.origin] },
  { id: 'form', header: 'Form', width: 96, value: (c) => c.form },
  { id: 'model', header: 'Model', width: 84, numeric: true, sortable: false, value: (c) => `${c.model.hiddenSize} × ${c.model.depth}` },
  { id: 'depth', header: 'Depth', width: 68, numeric: true, optional: true, value: (c) => c.model.depth },
  { id: 'hiddenSize', header: 'Hidden size', width: 100, numeric: true, optional: true, value: (c) => c.model.hiddenSize },
  { id: 'patchSize', header: 'Patch', width: 80, numeric: true, optional: true, value: (c) => c.model.patchSize },
  { id: 'step', header: 'Step', width: 90, numeric: true, optional: true, value: (c) => c.step },
  { id: 'parameters', header: 'Parameters', width: 100, numeric: true, value: (c) => c.parameters, cell: (c) => formatCount(c.parameters) },
  { id: 'dense', header: 'As dense', width: 105, numeric: true, optional: true, value: (c) => c.denseParameters, cell: (c) => formatCount(c.denseParameters) },
  { id: 'loss', header: 'Loss', width: 80, numeric: true, value: (c) => c.loss, cell: (c) => formatValue(c.loss) },
  { id: 'quality', header: 'Latest figure', width: 150, numeric: true, value: (c) => evaluations.get(c.id)?.figures[0]?.value ?? null, cell: (c) => <LatestFigure evaluation={evaluations.get(c.id)} /> },
  { id: 'bytes', header: 'Size', width: 84, numeric: true, value: (c) => c.bytes, cell: (c) => formatBytes(c.bytes) },
  { id: 'createdAt', header: 'Made', width: 84, numeric: true, value: (c) => c.createdAt, cell: (c) => formatTime(c.createdAt) },
];
const NONE: ReadonlySet<string> = new Set();

export default function CheckpointsPage() {
  const checkpoints = useCall('checkpoints.list', {});
  const evaluations = useLatestEvaluations();
  const shown = useMemo(() => columns(evaluations), [evaluations]);
  const [selected, setSelected] = useState(NONE);
  return (
    <Page title="Checkpoints" lead="Trained models: sample from them, train them on, export them. Choose two to see them side by side." actions={<LinkButton to="/checkpoints/import" variant="default" leftSection={<IconFileImport size={16} />}>Import a file</LinkButton>}>
      <Loaded query={checkpoints} height={420}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconChartDots} sentence="A checkpoint is a trained model. The first one comes from a pretraining, or from a file of an official DiT." action={<LinkButton to="/pretrain">New pretraining</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : (
            <Section title="All checkpoints" flush actions={<Chosen chosen={rows.filter((c) => selected.has(c.id))} onDone={() => setSelected(NONE)} />}>
              <DataTable label="Checkpoints" keep="checkpoints" columns={shown} rows={rows} rowId={(c) => c.id} initialSort={{ id: 'createdAt', desc: true }} maxHeight={OWN_PAGE_HEIGHT} selection={{ ids: selected, onChange: setSelected, name: (c) => `checkpoint ${c.name}` }} />
            </Section>
          )
        }
      </Loaded>
    </Page>
  );
}

/** Its place is there from the start, so that nothing moves when something is chosen. */
function Chosen({ chosen, onDone }: { chosen: readonly Checkpoint[]; onDone(): void }) {
  const connection = useConnection();
  const trash = useAction('trash.move');
  if (chosen.length === 0) return <Text size="sm" c="dimmed" lh="26px">None chosen</Text>;
  const ids = chosen.map((c) => c.id);
  return (
    <Group gap="xs">
      {trash.error && <ErrorPanel error={trash.error} onDismiss={() => trash.reset()} />}
      <Text size="sm">{plural(chosen.length, 'checkpoint')}, {formatBytes(chosen.reduce((sum, c) => sum + c.bytes, 0))}</Text>
      {chosen.length === 2 && <LinkButton size="compact-sm" to={`/checkpoints/${ids[0]}`} search={{ with: ids[1] }}>Side by side</LinkButton>}
      {chosen.length === 1 && <LinkButton size="compact-sm" variant="default" to="/train" search={{ checkpoint: ids[0] }}>Train on</LinkButton>}
      {chosen.length === 1 && <LinkButton size="compact-sm" variant="default" to="/export" search={{ checkpoint: ids[0] }}>Export</LinkButton>}
      <Button size="compact-sm" variant="default" leftSection={<IconTrash size={14} />} loading={trash.isPending} onClick={() => trash.mutate({ ids }, { onSuccess: ({ bytes }) => { showUndo(connection, ids, chosen.length === 1 ? chosen[0].name : plural(chosen.length, 'checkpoint'), bytes); onDone(); } })}>Move to trash</Button>
    </Group>
  );
}
