import { IconChartDots } from '@tabler/icons-react';
import type { Checkpoint } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import type { Column } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import { formatBytes, formatCount, formatTime, formatValue } from '../../format/format';

const COLUMNS: Column<Checkpoint>[] = [
  { id: 'name', header: 'Name', width: 280, value: (c) => c.name, cell: (c) => <TextLink to={`/checkpoints/${c.id}`}>{c.name}</TextLink> },
  { id: 'origin', header: 'Made by', width: 120, value: (c) => c.origin },
  { id: 'form', header: 'Form', width: 110, value: (c) => c.form },
  { id: 'depth', header: 'Depth', width: 80, numeric: true, value: (c) => c.model.depth },
  { id: 'hiddenSize', header: 'Hidden size', width: 110, numeric: true, value: (c) => c.model.hiddenSize },
  { id: 'parameters', header: 'Parameters', width: 120, numeric: true, value: (c) => c.parameters, cell: (c) => formatCount(c.parameters) },
  { id: 'loss', header: 'Loss', width: 100, numeric: true, value: (c) => c.loss, cell: (c) => formatValue(c.loss) },
  { id: 'bytes', header: 'Size', width: 110, numeric: true, value: (c) => c.bytes, cell: (c) => formatBytes(c.bytes) },
  { id: 'createdAt', header: 'Made', width: 130, numeric: true, value: (c) => c.createdAt, cell: (c) => formatTime(c.createdAt) },
];

export default function CheckpointsPage() {
  const checkpoints = useCall('checkpoints.list', {});
  return (
    <Page title="Checkpoints" lead="Trained models: sample from them, train them on, export them." actions={<LinkButton to="/export">Export</LinkButton>}>
      <Loaded query={checkpoints}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconChartDots} sentence="A checkpoint is a trained model. The first one comes from a pretraining." action={<LinkButton to="/pretrain">New pretraining</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : (
            <Section title="All checkpoints" flush>
              <DataTable label="Checkpoints" keep="checkpoints" columns={COLUMNS} rows={rows} rowId={(c) => c.id} initialSort={{ id: 'createdAt', desc: true }} />
            </Section>
          )
        }
      </Loaded>
    </Page>
  );
}
