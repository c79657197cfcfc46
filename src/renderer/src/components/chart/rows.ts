/** From series with their own x values to the rows that recharts wants: one per x, a column per line. */
import { smooth } from './smoothing';
import type { ChartSeries } from './types';

export type ChartRow = { x: number } & Record<string, number | null | [number, number]>;

export const rawKey = (key: string) => `${key} raw`;
export const bandKey = (key: string) => `${key} band`;

export interface RowOptions {
  smoothing: number;
  logX: boolean;
  logY: boolean;
  /** Part of the x axis to show. */
  zoom: readonly [number, number] | null;
}

/** A logarithmic axis has no place for zero and below. */
const shown = (y: number | null, log: boolean): number | null => (y === null || !Number.isFinite(y) || (log && y <= 0) ? null : y);

/** Smoothing runs over the whole series before the zoom cuts it, so that a zoomed line is the same line. */
export function chartRows(series: readonly ChartSeries[], { smoothing, logX, logY, zoom }: RowOptions): ChartRow[] {
  const rows = new Map<number, ChartRow>();
  for (const one of series) {
    const weight = one.exact ? 0 : smoothing;
    const values = weight > 0 ? smooth(one.points.map((p) => p.y), weight) : null;
    one.points.forEach(({ x, y }, i) => {
      if ((logX && x <= 0) || (zoom && (x < zoom[0] || x > zoom[1]))) return;
      let row = rows.get(x);
      if (!row) rows.set(x, (row = { x } as ChartRow));
      row[one.key] = shown(values ? values[i] : y, logY);
      if (values) row[rawKey(one.key)] = shown(y, logY);
      const band = one.band?.[i];
      if (band && (!logY || band[0] > 0)) row[bandKey(one.key)] = [band[0], band[1]];
    });
  }
  return [...rows.values()].toSorted((a, b) => a.x - b.x);
}
