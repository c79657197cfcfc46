/** Columns of a data table: what a row's value is, apart from how it is drawn, so that sorting, filter and CSV agree. */
import type { ReactNode } from 'react';

export type CellValue = string | number | boolean | null;

export interface Column<T> {
  id: string;
  header: string;
  /** Shown in the header beside the name and in the CSV's header. */
  unit?: string;
  value(row: T): CellValue;
  /** Drawn instead of the plain value. */
  cell?(row: T): ReactNode;
  /** In pixels; a table wider than its sheet scrolls. */
  width: number;
  numeric?: boolean;
  /** Can be chosen, but is not shown at first. */
  optional?: boolean;
  /** False where the host cannot order by it. */
  sortable?: boolean;
}

/** Of the column of checkboxes. */
export const CHECKBOX_WIDTH = 40;

/** Nothing sorts last in both directions, as in a spreadsheet; text as a person orders it ("run 2" before "run 10"). */
export function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });
  return Number(a) - Number(b);
}
