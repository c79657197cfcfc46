/** One row of a data table. It is drawn when it comes into view and then only when something of its own changes. */
import { type DragEvent, memo } from 'react';
import { CHECKBOX_WIDTH, type Column } from './columns';
import { RowCheckbox } from './RowCheckbox';

/** The same object for all rows and all drawings of a table; what it does may change. */
export interface RowActions<T> {
  toggle(id: string): void;
  drag(event: DragEvent, row: T): void;
}

interface TableRowProps<T> {
  row: T;
  id: string;
  index: number;
  height: number;
  columns: readonly Column<T>[];
  /** Left out where rows cannot be chosen. */
  selected?: boolean;
  /** For the checkbox. */
  name?: string;
  draggable: boolean;
  actions: RowActions<T>;
}

function TableRowInner<T>({ row, id, index, height, columns, selected, name, draggable, actions }: TableRowProps<T>) {
  return (
    <tr aria-rowindex={index + 1} data-selected={selected || undefined} style={{ height }} draggable={draggable || undefined} onDragStart={draggable ? (event) => actions.drag(event, row) : undefined}>
      {selected !== undefined && (
        <td style={{ width: CHECKBOX_WIDTH }}>
          <RowCheckbox label={`Select ${name}`} checked={selected} onChange={() => actions.toggle(id)} />
        </td>
      )}
      {columns.map((c) => (
        <td key={c.id} data-numeric={c.numeric || undefined} style={{ width: c.width }}>{c.cell ? c.cell(row) : (c.value(row) ?? '–')}</td>
      ))}
    </tr>
  );
}

export const TableRow = memo(TableRowInner) as typeof TableRowInner;
