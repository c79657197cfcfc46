/** All runs: folders, one table over thousands, and the chosen ones laid over each other. */
import { Box, Button, Chip, Group, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPencil, IconTable } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useMemo, useState } from 'react';
import { type Run, RUN_KINDS, RUN_STATUSES, type RunKind, type RunStatus } from '@shared/entities';
import { useScreenSearch } from '../../app/router';
import { useAction, useCall } from '../../client/hooks';
import { useKept } from '../../client/settings';
import { EmptyState } from '../../components/EmptyState';
import { ErrorPanel } from '../../components/ErrorPanel';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/Page';
import { RUN_KIND_LABELS } from '../../components/RunStatus';
import { Section } from '../../components/Section';
import { DataTable, OWN_PAGE_HEIGHT, type Sort } from '../../components/table/DataTable';
import { RUN_COLUMNS } from './columns';
import { Compare } from './Compare';
import { DRAGGED_RUNS, runsIn } from './folders';
import { FolderTree } from './FolderTree';
import { RenameFolder } from './RenameFolder';
import classes from './RunsPage.module.css';
import { withoutIdentical } from './identical';
import { SelectionBar } from './SelectionBar';
import { useRunPages } from './useRunPages';

interface Filters {
  kind: RunKind | null;
  status: RunStatus | null;
  starred: boolean;
  trashed: boolean;
}

const NONE: ReadonlySet<string> = new Set();
const capital = (text: string) => text[0].toUpperCase() + text.slice(1);

export default function RunsPage() {
  const [sort, setSort] = useKept<Sort>('runs.sort', { id: 'createdAt', desc: true });
  const [filters, setFilters] = useKept<Filters>('runs.filters', { kind: null, status: null, starred: false, trashed: false });
  const [hideIdentical, setHideIdentical] = useKept('runs.hideIdentical', false);
  const inAddress = useScreenSearch().folder;
  const folder = inAddress === undefined ? undefined : String(inAddress);
  const navigate = useNavigate();
  const counts = useCall('runs.folders', {}).data ?? [];
  const toFolder = useAction('runs.move');
  const moveFolder = useAction('runs.renameFolder');
  const [renaming, setRenaming] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 200);
  const [selected, setSelected] = useState(NONE);
  const pages = useRunPages({
    sort: sort.id, descending: sort.desc, trashed: filters.trashed,
    ...(asked && { search: asked }), ...(filters.kind && { kind: [filters.kind] }), ...(filters.status && { status: [filters.status] }), ...(filters.starred && { starred: true }),
    ...(folder !== undefined && !filters.trashed && { folder }),
  });
  const columns = useMemo(() => (hideIdentical ? withoutIdentical(pages.runs) : RUN_COLUMNS), [hideIdentical, pages.runs]);
  const chosen = pages.runs.filter((r) => selected.has(r.id));
  const filtered = asked !== '' || filters.kind !== null || filters.status !== null || filters.starred || filters.trashed || folder !== undefined;
  const change = (next: Partial<Filters>) => {
    setSelected(NONE);
    setFilters((before) => ({ ...before, ...next }));
  };
  const show = (next: string | undefined) => {
    setSelected(NONE);
    void navigate({ to: '/runs', search: (next === undefined ? {} : { folder: next }) as never });
  };
  // What is shown stays shown under its new name, also where a folder around it was renamed.
  const follow = (from: string, to: string) => {
    if (folder === from || folder?.startsWith(`${from}/`)) show([to, folder.slice(from.length + 1)].filter(Boolean).join('/') || undefined);
  };
  // Whoever drags one of several chosen rows means all of them.
  const drag = (event: DragEvent, run: Run) => {
    event.dataTransfer.setData(DRAGGED_RUNS, JSON.stringify(selected.has(run.id) ? chosen.map((r) => r.id) : [run.id]));
    event.dataTransfer.effectAllowed = 'move';
  };
  const withFolders = !filters.trashed && counts.some((c) => c.folder !== '');

  return (
    <Page title="Runs" lead="Choose several to lay their curves over each other." actions={<LinkButton to="/pretrain">New pretraining</LinkButton>}>
      {pages.error && <ErrorPanel error={pages.error} onRetry={pages.retry} />}
      {!pages.loading && pages.total === 0 && !filtered ? (
        <EmptyState icon={IconTable} sentence="Every training, initialisation and comparison is listed here with its figures." action={<LinkButton to="/pretrain">New pretraining</LinkButton>} second={<LinkButton to="/" variant="default">Try with example data</LinkButton>} />
      ) : (
        <Section
          title={filters.trashed ? 'Trash' : folder === undefined ? 'All runs' : folder === '' ? 'Runs in no folder' : folder.replaceAll('/', ' / ')}
          flush
          actions={chosen.length > 0 ? <SelectionBar runs={chosen} trashed={filters.trashed} folders={counts} onDone={() => setSelected(NONE)} /> : folder && !filters.trashed && <Button size="compact-sm" variant="default" leftSection={<IconPencil size={14} />} onClick={() => setRenaming(folder)}>Rename or move…</Button>}
        >
          {toFolder.error && <ErrorPanel error={toFolder.error} onDismiss={() => toFolder.reset()} />}
          {moveFolder.error && <ErrorPanel error={moveFolder.error} onDismiss={() => moveFolder.reset()} />}
          <RenameFolder folder={renaming} runs={runsIn(counts, renaming)} onClose={() => setRenaming(null)} onRenamed={(next) => { follow(renaming!, next); setRenaming(null); }} />
          <div className={withFolders ? classes.beside : undefined}>
          {withFolders && <Box p="xs" className={classes.folders}><FolderTree counts={counts} folder={folder} onFolder={show} onDrop={(ids, target) => toFolder.mutate({ ids, folder: target }, { onSuccess: () => setSelected(NONE) })} onRename={setRenaming} onMoveFolder={(from, to) => moveFolder.mutate({ from, to }, { onSuccess: (renamed) => follow(from, renamed.folder) })} /></Box>}
          <DataTable
            label="Runs"
            keep="runs"
            columns={columns}
            rows={pages.runs}
            rowId={(r) => r.id}
            initialSort={sort}
            remote={{ sort, onSort: setSort, filter: search, onFilter: setSearch, total: pages.total, loading: pages.loading, onEndReached: pages.more }}
            selection={{ ids: selected, onChange: setSelected, name: (r) => `run ${r.name}` }}
            onDragRow={withFolders ? drag : undefined}
            maxHeight={chosen.length > 1 ? '38vh' : OWN_PAGE_HEIGHT}
            tools={
              <Group gap="xs">
                <Select size="xs" w={125} aria-label="Kind" placeholder="Every kind" clearable allowDeselect value={filters.kind} onChange={(kind) => change({ kind: kind as RunKind | null })} data={RUN_KINDS.map((value) => ({ value, label: RUN_KIND_LABELS[value] }))} />
                <Select size="xs" w={116} aria-label="State" placeholder="Every state" clearable allowDeselect value={filters.status} onChange={(status) => change({ status: status as RunStatus | null })} data={RUN_STATUSES.map((value) => ({ value, label: capital(value) }))} />
                <Chip size="xs" checked={filters.starred} onChange={(starred) => change({ starred })}>Starred</Chip>
                <Chip size="xs" checked={filters.trashed} onChange={(trashed) => change({ trashed })}>Trash</Chip>
                <Chip size="xs" checked={hideIdentical} onChange={setHideIdentical}>Hide identical</Chip>
                {filtered && <Button size="compact-xs" variant="subtle" onClick={() => { setSearch(''); change({ kind: null, status: null, starred: false, trashed: false }); show(undefined); }}>Clear filters</Button>}
              </Group>
            }
          />
          </div>
        </Section>
      )}
      {chosen.length > 1 && <Compare runs={chosen} />}
    </Page>
  );
}
