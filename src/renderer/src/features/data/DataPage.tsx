/** All datasets, each with its preview. */
import { Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import type { Dataset } from '@shared/entities';
import { useConnection } from '../../client/context';
import { useCall } from '../../client/hooks';
import { EmptyState } from '../../components/EmptyState';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { formatBytes, plural } from '../../format/format';

const KINDS: Record<Dataset['kind'], string> = { builtin: 'Built in', folder: 'Folder', zip: 'Archive' };

export default function DataPage() {
  const datasets = useCall('datasets.list', {});
  return (
    <Page title="Data" lead="Pictures to learn from, cropped to squares of one size." actions={<LinkButton to="/data/add" leftSection={<IconPhotoPlus size={16} />}>Add images</LinkButton>}>
      <Loaded query={datasets} height={300}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconPhotoPlus} sentence="A dataset is a folder of pictures, one sub-folder per class." action={<LinkButton to="/data/add">Add images</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="md">
              {list.map((dataset) => <DatasetCard key={dataset.id} dataset={dataset} />)}
              {list.every((d) => d.kind === 'builtin') && <OwnPictures />}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Page>
  );
}

/** As long as only built-in pictures are there. */
function OwnPictures() {
  return (
    <Card component="article" padding="sm" style={{ borderStyle: 'dashed', justifyContent: 'center', minHeight: 210 }}>
      <Stack align="center" gap="xs">
        <IconPhotoPlus size={28} stroke={1.3} style={{ color: 'var(--accent)' }} aria-hidden />
        <Text size="sm" ta="center" maw="16rem">Your own pictures: a folder or a zip archive, one sub-folder per class.</Text>
        <LinkButton size="compact-sm" variant="default" to="/data/add">Choose a folder</LinkButton>
      </Stack>
    </Card>
  );
}

function DatasetCard({ dataset }: { dataset: Dataset }) {
  const connection = useConnection();
  return (
    <Card component="article" padding="sm">
      {/* As wide as high sheets of previews are: sixteen pictures by eight. */}
      <Card.Section className="sunk" style={{ aspectRatio: 2, overflow: 'hidden', borderRadius: 0 }}>
        {dataset.preview && <img className="pixelated" src={connection.fileUrl(dataset.preview)} alt="" style={{ display: 'block', width: '100%', height: '100%', objectFit: 'cover', objectPosition: 'left top' }} />}
      </Card.Section>
      <Group justify="space-between" mt="sm" wrap="nowrap" gap="xs">
        <TextLink to={`/data/${dataset.id}`} fw={600}>{dataset.name}</TextLink>
        <Badge color="gray">{KINDS[dataset.kind]}</Badge>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {dataset.images > 0 ? `${plural(dataset.images, 'picture')}, ${plural(dataset.classes.length, 'class', 'classes')}, ${dataset.size} × ${dataset.size}, ${formatBytes(dataset.bytes)}` : 'Prepared at its first use'}
      </Text>
      {dataset.skipped.length > 0 && <Text size="xs" style={{ color: 'var(--warn)' }}>{plural(dataset.skipped.length, 'file')} skipped</Text>}
    </Card>
  );
}
