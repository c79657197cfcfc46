/** TanStack Table set up for our columns: sorting, a filter over all texts, chosen columns. */
import { columnVisibilityFeature, createFilteredRowModel, createSortedRowModel, globalFilteringFeature, columnFilteringFeature, rowSortingFeature, type SortingState, tableFeatures, useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { type CellValue, type Column, compareValues } from './columns';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), columnFilteringFeature, globalFilteringFeature, filteredRowModel: createFilteredRowModel(), columnVisibilityFeature });

export interface RowsOptions<T> {
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowId(row: T): string;
  sorting: SortingState;
  onSorting(sorting: SortingState): void;
  filter: string;
  /** The rows come ordered and filtered from the host. */
  manual: boolean;
}

/** The rows to show, in order. */
export function useRows<T>({ columns, rows, rowId, sorting, onSorting, filter, manual }: RowsOptions<T>): readonly T[] {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: T) => column.value(row) ?? undefined,
        sortUndefined: 'last' as const,
        enableSorting: column.sortable !== false,
        sortFn: (a: { getValue(id: string): unknown }, b: { getValue(id: string): unknown }, id: string) => compareValues(a.getValue(id) as CellValue, b.getValue(id) as CellValue),
        filterFn: () => true,
      })),
    [columns],
  );
  // Nothing to do for rows that come ready, of which there may be thousands.
  const data = useMemo(() => (manual ? [] : [...rows]), [rows, manual]);
  const table = useTable({
    features,
    columns: definitions as never,
    data: data as never,
    getRowId: rowId as never,
    state: { sorting, globalFilter: filter },
    onSortingChange: ((update: SortingState | ((before: SortingState) => SortingState)) => onSorting(typeof update === 'function' ? update(sorting) : update)) as never,
    manualSorting: manual,
    manualFiltering: manual,
    enableSortingRemoval: false,
    getColumnCanGlobalFilter: (() => true) as never,
    globalFilterFn: ((row: { getValue(id: string): unknown }, id: string, value: string) => String(row.getValue(id) ?? '').toLowerCase().includes(value.toLowerCase())) as never,
  });
  return manual ? rows : table.getRowModel().rows.map((row) => row.original as T);
}
