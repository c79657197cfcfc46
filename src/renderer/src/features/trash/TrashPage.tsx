/** What was thrown away, with its bytes and what depends on it: taken back or erased for good. */
import { Button, Group, Text } from '@mantine/core';
import { IconTrash, IconTrashOff, IconTrashX } from '@tabler/icons-react';
import { useState } from 'react';
import type { TrashEntry } from '@shared/entities';
import { useAction, useCall } from '../../client/hooks';
import { bytesTogether } from '../../components/bytesTogether';
import { EmptyState } from '../../components/EmptyState';
import { EraseDialog } from '../../components/EraseDialog';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LinkButton, TextLink } from '../../components/links';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Section } from '../../components/Section';
import type { Column } from '../../components/table/columns';
import { DataTable, OWN_PAGE_HEIGHT } from '../../components/table/DataTable';
import { formatBytes, formatTime, plural } from '../../format/format';

const KINDS: Record<TrashEntry['kind'], string> = { dataset: 'Dataset', run: 'Run', checkpoint: 'Checkpoint', learngene: 'Learngene', export: 'Export' };

const PATHS: Record<TrashEntry['kind'], string> = { dataset: '/data', run: '/runs', checkpoint: '/checkpoints', learngene: '/learngenes', export: '/exports' };

/** In words that fit a cell: what stands against erasing it, else what it would touch. */
function dependantText({ dependants, more }: TrashEntry): string | null {
  const count = dependants.length + more;
  const needed = dependants.filter((d) => d.effect === 'blocks');
  if (needed.length > 0) return `Needed by ${needed[0].name}${needed.length > 1 ? ` and ${needed.length - 1} more` : ''}`;
  return count === 0 ? null : `${dependants.slice(0, 2).map((d) => `${KINDS[d.kind].toLowerCase()} ${d.name}`).join(', ')}${count > 2 ? ` and ${count - 2} more` : ''}`;
}

const COLUMNS: Column<TrashEntry>[] = [
  { id: 'name', header: 'Name', width: 300, value: (e) => e.name, cell: (e) => <TextLink to={`${PATHS[e.kind]}/${e.id}`}>{e.name}</TextLink> },
  { id: 'kind', header: 'Kind', width: 120, value: (e) => KINDS[e.kind] },
  { id: 'bytes', header: 'Size', width: 110, numeric: true, value: (e) => e.bytes, cell: (e) => formatBytes(e.bytes) },
  { id: 'dependants', header: 'Depends on it', width: 320, value: dependantText },
  { id: 'trashedAt', header: 'Thrown away', width: 140, numeric: true, value: (e) => e.trashedAt, cell: (e) => formatTime(e.trashedAt!) },
];
const NONE: ReadonlySet<string> = new Set();

export default function TrashPage() {
  const trash = useCall('trash.list', {});
  const restore = useAction('trash.restore');
  const [selected, setSelected] = useState(NONE);
  const [erasing, setErasing] = useState<readonly string[]>([]);
  const chosen = trash.data?.filter((e) => selected.has(e.id)) ?? [];
  const ids = chosen.map((e) => e.id);
  const done = () => setSelected(NONE);
  return (
    <Page title="Trash" lead="Nothing here is deleted until you erase it. Everything can be put back where it was.">
      {restore.error && <ErrorPanel error={restore.error} onDismiss={() => restore.reset()} />}
      <Loaded query={trash} height={420}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconTrash} sentence="The trash is empty. Runs, checkpoints, learngenes, datasets and exports that you throw away wait here." action={<LinkButton to="/runs" variant="default">Runs</LinkButton>} />
          ) : (
            <Section
              title={`${plural(rows.length, 'thing')}, ${formatBytes(bytesTogether(rows))}`}
              flush
              actions={
                <Group gap="xs">
                  <Text size="sm" c="dimmed" lh="26px">{chosen.length === 0 ? 'None chosen' : `${plural(chosen.length, 'thing')}, ${formatBytes(bytesTogether(chosen))}`}</Text>
                  <Button size="compact-sm" variant="default" leftSection={<IconTrashOff size={14} />} disabled={chosen.length === 0} loading={restore.isPending} onClick={() => restore.mutate({ ids }, { onSuccess: done })}>Restore</Button>
                  <Button size="compact-sm" color="madder" leftSection={<IconTrashX size={14} />} disabled={chosen.length === 0} onClick={() => setErasing(ids)}>Erase…</Button>
                </Group>
              }
            >
              <DataTable label="Trash" keep="trash" columns={COLUMNS} rows={rows} rowId={(e) => e.id} initialSort={{ id: 'trashedAt', desc: true }} maxHeight={OWN_PAGE_HEIGHT} selection={{ ids: selected, onChange: setSelected, name: (e) => `${KINDS[e.kind].toLowerCase()} ${e.name}` }} />
            </Section>
          )
        }
      </Loaded>
      <EraseDialog ids={erasing} onClose={() => setErasing([])} onErased={done} />
    </Page>
  );
}
