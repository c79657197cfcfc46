/** A table over many rows: sort by header, filter, choose columns, export as CSV; only the visible rows are drawn. */
import { ActionIcon, Checkbox, Group, Menu, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconDownload, IconSearch } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useMemo, useState } from 'react';
import { useKept } from '../../client/settings';
import { toCsv } from '../../format/csv';
import { fileName, saveText } from '../../format/save';
import { CHECKBOX_WIDTH, type Column } from './columns';
import classes from './DataTable.module.css';
import { type Selection, TableBody } from './TableBody';
import { useRows } from './useRows';

export interface Sort {
  id: string;
  desc: boolean;
}

interface DataTableProps<T> {
  /** For screen readers, and the name of the CSV file. */
  label: string;
  /** Under which the chosen columns and the order are remembered. */
  keep: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowId(row: T): string;
  initialSort: Sort;
  /** Given when the host orders and filters: then `rows` are shown as they come. */
  remote?: { sort: Sort; onSort(sort: Sort): void; filter: string; onFilter(filter: string): void; total: number; loading: boolean; onEndReached?(): void };
  selection?: Selection<T>;
  /** Given when rows can be dragged: called at the start, with the row under the pointer. */
  onDragRow?(event: DragEvent, row: T): void;
  /** Beside the filter. */
  tools?: ReactNode;
  /** At most this high; the header stays while rows scroll. */
  maxHeight?: number | string;
  empty?: ReactNode;
}

/** Of a table that has its page to itself: down to the foot of the window, below the heading and the row of tools. */
export const OWN_PAGE_HEIGHT = 'max(60vh, 100dvh - 15.5rem)';

export function DataTable<T>({ label, keep, columns, rows, rowId, initialSort, remote, selection, onDragRow, tools, maxHeight = '60vh', empty }: DataTableProps<T>) {
  const usual = useMemo(() => columns.filter((c) => !c.optional).map((c) => c.id), [columns]);
  const [chosen, setChosen] = useKept<string[]>(`columns.${keep}`, usual);
  const [ownSort, setOwnSort] = useState(initialSort);
  const [ownFilter, setOwnFilter] = useState('');
  const sort = remote?.sort ?? ownSort;
  const filter = remote?.filter ?? ownFilter;
  const setSort = remote?.onSort ?? setOwnSort;
  const shown = useMemo(() => columns.filter((c) => chosen.includes(c.id)), [columns, chosen]);
  const ordered = useRows({ columns, rows, rowId, sorting: [sort], onSorting: ([first]) => first && setSort(first), filter, manual: remote !== undefined });

  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);

  const exportCsv = () => {
    const header = shown.map((c) => (c.unit ? `${c.header} (${c.unit})` : c.header));
    saveText(toCsv(header, ordered.map((row) => shown.map((c) => c.value(row)))), fileName(label, 'csv'), 'text/csv');
  };
  const all = selection && ordered.length > 0 && ordered.every((row) => selection.ids.has(rowId(row)));

  return (
    <div>
      <Group justify="space-between" gap="xs" px="md" pb="xs" wrap="wrap">
        <Group gap="xs">
          <TextInput size="xs" w={tools ? '11rem' : '15rem'} placeholder="Filter" aria-label={`Filter ${label.toLowerCase()}`} leftSection={<IconSearch size={14} />} value={filter} onChange={(e) => (remote?.onFilter ?? setOwnFilter)(e.currentTarget.value)} />
          {tools}
        </Group>
        <Group gap={4} ml="auto">
          <Text size="xs" c="dimmed" role="status">
            {remote?.loading && ordered.length === 0 ? '' : remote && remote.total > ordered.length ? `${ordered.length.toLocaleString('en')} of ${remote.total.toLocaleString('en')} rows` : `${ordered.length.toLocaleString('en')} ${ordered.length === 1 ? 'row' : 'rows'}`}
          </Text>
          <Menu closeOnItemClick={false}>
            <Menu.Target>
              <Tooltip label="Choose columns">
                <ActionIcon aria-label="Choose columns"><IconColumns3 size={16} /></ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
              {columns.map((c) => (
                <Menu.CheckboxItem key={c.id} checked={chosen.includes(c.id)} onChange={() => setChosen((ids) => (ids.includes(c.id) ? (ids.length > 1 ? ids.filter((i) => i !== c.id) : ids) : [...ids, c.id]))}>
                  {c.header}
                </Menu.CheckboxItem>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Tooltip label="Save as CSV">
            <ActionIcon aria-label="Save as CSV" onClick={exportCsv}><IconDownload size={16} /></ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <div ref={setScroller} className={classes.scroller} style={{ maxHeight }} tabIndex={0} role="region" aria-label={label}>
        <table className={classes.table} aria-rowcount={remote?.total ?? ordered.length} style={{ minWidth: shown.reduce((sum, c) => sum + c.width, selection ? CHECKBOX_WIDTH : 0) }}>
          <thead>
            <tr>
              {selection && (
                <th scope="col" style={{ width: CHECKBOX_WIDTH }}>
                  <Checkbox size="xs" aria-label="Select all rows shown" checked={all} indeterminate={!all && selection.ids.size > 0} onChange={() => selection.onChange(all ? new Set() : new Set(ordered.map(rowId)))} />
                </th>
              )}
              {shown.map((c) => {
                const active = sort.id === c.id;
                return (
                  <th key={c.id} scope="col" style={{ width: c.width }} data-numeric={c.numeric || undefined} aria-sort={active ? (sort.desc ? 'descending' : 'ascending') : undefined}>
                    {c.sortable === false ? (
                      <span className={classes.head}>{c.header}</span>
                    ) : (
                      <button type="button" className={classes.head} onClick={() => setSort({ id: c.id, desc: active ? !sort.desc : Boolean(c.numeric) })}>
                        {c.header}
                        {c.unit && <span className={classes.unit}>{c.unit}</span>}
                        {active && (sort.desc ? <IconArrowDown size={12} aria-hidden /> : <IconArrowUp size={12} aria-hidden />)}
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <TableBody rows={ordered} columns={shown} rowId={rowId} scroller={scroller} selection={selection} onDragRow={onDragRow} onEnd={remote && ordered.length < remote.total ? remote.onEndReached : undefined} />
        </table>
        {ordered.length === 0 && (empty ?? <Text size="sm" c="dimmed" p="md">{remote?.loading ? 'Loading.' : 'Nothing matches the filter.'}</Text>)}
      </div>
    </div>
  );
}
