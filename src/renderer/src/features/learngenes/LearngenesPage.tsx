import { IconDna, IconFileImport } from '@tabler/icons-react';
import type { Learngene } from '@shared/entities';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import type { Column } from '../../components/table/columns';
import { DataTable, OWN_PAGE_HEIGHT } from '../../components/table/DataTable';
import { formatBytes, formatCount, formatTime } from '../../format/format';

const COLUMNS: Column<Learngene>[] = [
  { id: 'name', header: 'Name', width: 260, value: (l) => l.name, cell: (l) => <TextLink to={`/learngenes/${l.id}`}>{l.name}</TextLink> },
  { id: 'hiddenSize', header: 'Hidden size', width: 110, numeric: true, value: (l) => l.hiddenSize },
  { id: 'sourceDepth', header: 'From depth', width: 110, numeric: true, value: (l) => l.sourceDepth },
  { id: 'method', header: 'Method', width: 110, value: (l) => (l.method === 'direct' ? 'Factorised run' : 'CP-ALS') },
  { id: 'origin', header: 'Origin', width: 110, optional: true, value: (l) => (l.importedFrom === null ? 'Extracted' : 'Imported') },
  { id: 'warnings', header: 'Warnings', width: 100, numeric: true, optional: true, value: (l) => l.warnings.length },
  { id: 'parameters', header: 'Parameters', width: 120, numeric: true, value: (l) => l.parameters, cell: (l) => formatCount(l.parameters) },
  { id: 'bytes', header: 'Size', width: 110, numeric: true, value: (l) => l.bytes, cell: (l) => formatBytes(l.bytes) },
  { id: 'createdAt', header: 'Made', width: 130, numeric: true, value: (l) => l.createdAt, cell: (l) => formatTime(l.createdAt) },
];

export default function LearngenesPage() {
  const learngenes = useCall('learngenes.list', {});
  return (
    <Page title="Learngenes" lead="Shared factors taken from a pretrained model. Each one initialises models of any depth." actions={<><LinkButton to="/learngenes/import" variant="default" leftSection={<IconFileImport size={16} />}>Import a file</LinkButton>{(learngenes.data?.length ?? 0) > 0 && <LinkButton to="/extract">Extract a learngene</LinkButton>}</>}>
      <Loaded query={learngenes}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconDna} sentence="A learngene is what a factorised pretraining leaves for models of other sizes. Extract the first one from a checkpoint." action={<LinkButton to="/extract">Extract a learngene</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : (
            <Section title="All learngenes" flush>
              <DataTable label="Learngenes" keep="learngenes" columns={COLUMNS} rows={rows} rowId={(l) => l.id} initialSort={{ id: 'createdAt', desc: true }} maxHeight={OWN_PAGE_HEIGHT} />
            </Section>
          )
        }
      </Loaded>
    </Page>
  );
}
