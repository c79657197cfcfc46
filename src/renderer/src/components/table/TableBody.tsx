/** The rows of a data table that are in view, apart from what stands around them, which scrolling does not concern. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import type { Column } from './columns';
import { type RowActions, TableRow } from './TableRow';
import { useSpan } from './useSpan';

export interface Selection<T> {
  ids: ReadonlySet<string>;
  onChange(ids: ReadonlySet<string>): void;
  /** Of a row, for its checkbox: "Select run First try". */
  name(row: T): string;
}

interface TableBodyProps<T> {
  rows: readonly T[];
  columns: readonly Column<T>[];
  rowId(row: T): string;
  scroller: HTMLElement | null;
  selection?: Selection<T>;
  onDragRow?(event: DragEvent, row: T): void;
  /** The last rows come near. */
  onEnd?(): void;
}

const ROW_HEIGHT = 34;
/** Rows from the end at which more are asked for. */
const NEAR_END = 20;

export function TableBody<T>({ rows, columns, rowId, scroller, selection, onDragRow, onEnd }: TableBodyProps<T>) {
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // Drawn with the other work of the frame: a wheel sends several scroll events in one.
    useFlushSync: false,
    onChange: ({ range }) => {
      if (range && range.endIndex >= rows.length - NEAR_END) onEnd?.();
    },
  });
  const items = virtual.getVirtualItems();
  const wanted = { from: items[0]?.index ?? 0, to: items.at(-1)?.index ?? -1 };
  // Before the table was measured all that is wanted counts as in view.
  const visible = virtual.range ? { from: Math.max(wanted.from, virtual.range.startIndex), to: Math.min(wanted.to, virtual.range.endIndex) } : wanted;
  const span = useSpan(wanted, visible);
  const drawn = rows.slice(span.from, span.to + 1);
  const before = span.from * ROW_HEIGHT;
  const after = (rows.length - span.from - drawn.length) * ROW_HEIGHT;

  const toggle = (id: string) => {
    const next = new Set(selection!.ids);
    if (!next.delete(id)) next.add(id);
    selection!.onChange(next);
  };
  const latest = useRef({ toggle, onDragRow });
  useEffect(() => {
    latest.current = { toggle, onDragRow };
  });
  const [actions] = useState<RowActions<T>>(() => ({ toggle: (id) => latest.current.toggle(id), drag: (event, row) => latest.current.onDragRow?.(event, row) }));

  return (
    <tbody>
      {before > 0 && <tr aria-hidden style={{ height: before }} />}
      {drawn.map((row, i) => {
        const id = rowId(row);
        return <TableRow key={id} row={row} id={id} index={span.from + i} height={ROW_HEIGHT} columns={columns} selected={selection?.ids.has(id)} name={selection?.name(row)} draggable={onDragRow !== undefined} actions={actions} />;
      })}
      {after > 0 && <tr aria-hidden style={{ height: after }} />}
    </tbody>
  );
}
