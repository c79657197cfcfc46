/** One dataset: what it shows, its classes, its statistics, what was skipped. */
import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { Dataset } from '@shared/entities';
import { useScreenParams } from '../../app/router';
import { useConnection } from '../../client/context';
import { useCall } from '../../client/hooks';
import { LinkButton } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Rename } from '../../components/Rename';
import { Section } from '../../components/Section';
import { Stat, Stats } from '../../components/Stat';
import type { Column } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import { TrashButton } from '../../components/TrashButton';
import { TrashedNotice } from '../../components/TrashedNotice';
import { formatBytes, formatCount, formatTime } from '../../format/format';
import { ClassCounts } from './ClassCounts';

const SKIPPED: Column<Dataset['skipped'][number]>[] = [
  { id: 'file', header: 'File', width: 320, value: (s) => s.file },
  { id: 'reason', header: 'Reason', width: 420, value: (s) => s.reason },
];
const CHANNELS = ['Red', 'Green', 'Blue'];

export default function DatasetPage() {
  const { id = '' } = useScreenParams();
  const dataset = useCall('datasets.get', { id });
  return (
    <Page
      title={dataset.data?.name ?? 'Dataset'}
      lead={dataset.data?.source}
      actions={
        dataset.data?.trashedAt === null && (
          <>
            {dataset.data.kind !== 'builtin' && <TrashButton id={id} name={dataset.data.name} then="/data" />}
            <LinkButton to="/pretrain" search={{ dataset: id }}>Pretrain a model on it</LinkButton>
          </>
        )
      }
    >
      {dataset.data && <TrashedNotice id={id} noun="dataset" trashedAt={dataset.data.trashedAt} />}
      <Loaded query={dataset} height={400}>{(d) => <Details dataset={d} />}</Loaded>
    </Page>
  );
}

function Details({ dataset: d }: { dataset: Dataset }) {
  const connection = useConnection();
  return (
    <>
      <Section title="At a glance">
        <Stats>
          <Stat label="Pictures" value={d.images.toLocaleString('en')} />
          <Stat label="Held out" value={d.heldOut.toLocaleString('en')} help="Never trained on: the validation loss is measured on these." />
          <Stat label="Classes" value={d.classes.length} />
          <Stat label="Size" value={`${d.size} × ${d.size}`} unit="pixels" />
          <Stat label="Channels" value={d.channels} />
          <Stat label="On disk" value={formatBytes(d.bytes)} help="The prepared copy in the data folder" />
          <Stat label="Skipped" value={formatCount(d.skipped.length)} unit={d.skipped.length === 1 ? 'file' : 'files'} />
          <Stat label="Added" value={formatTime(d.createdAt)} />
        </Stats>
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <Section title="Preview" lead="As the model sees them.">
          {d.preview ? <img className="pixelated sunk" src={connection.fileUrl(d.preview)} alt={`Some of the pictures of ${d.name}`} style={{ display: 'block', width: '100%', maxHeight: 420, objectFit: 'contain' }} /> : <Text size="sm" c="dimmed">The preview appears once the pictures are prepared.</Text>}
          {d.attribution && <Text size="xs" c="dimmed" mt="sm">{d.attribution}</Text>}
        </Section>
        <Stack gap="lg">
          <Section title="Classes" lead="Pictures in each.">
            <ClassCounts classes={d.classes} />
          </Section>
          <Section title="Statistics" lead="Per channel, with values from −1 (black) to 1 (white).">
            <Table fz="sm">
              <Table.Thead><Table.Tr><Table.Th>Channel</Table.Th><Table.Th className="number">Mean</Table.Th><Table.Th className="number">Standard deviation</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {d.mean.map((mean, i) => (
                  <Table.Tr key={i}><Table.Td>{d.channels === 3 ? CHANNELS[i] : `Channel ${i + 1}`}</Table.Td><Table.Td className="number">{mean.toFixed(3).replace('-', '−')}</Table.Td><Table.Td className="number">{d.std[i]?.toFixed(3)}</Table.Td></Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Section>
        </Stack>
      </SimpleGrid>
      {d.skipped.length > 0 && (
        <Section title="Skipped files" lead="The rest of the dataset is whole without them." flush>
          <DataTable label={`Skipped files of ${d.name}`} keep="skipped" columns={SKIPPED} rows={d.skipped} rowId={(s) => s.file} initialSort={{ id: 'file', desc: false }} maxHeight={320} />
        </Section>
      )}
      {d.kind !== 'builtin' && <Rename noun="dataset" method="datasets.rename" id={d.id} name={d.name} />}
    </>
  );
}
