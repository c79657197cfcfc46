/** The numbers of a chart of lines as CSV: raw values, one row per x, the spread beside the lines that have one. */
import { type CsvCell, toCsv } from '../../format/csv';
import { bandKey, chartRows } from './rows';
import type { Axis, ChartSeries } from './types';

/** `zoom`: the part of the x axis that is wanted, all of it when null. Smoothing and logarithms are of the picture alone. */
export function chartCsv(series: readonly ChartSeries[], x: Axis, zoom: readonly [number, number] | null): string {
  const rows = chartRows(series, { smoothing: 0, logX: false, logY: false, zoom });
  const header = [x.unit ? `${x.label} (${x.unit})` : x.label];
  for (const { label, band } of series) header.push(label, ...(band ? [`${label}, low`, `${label}, high`] : []));
  return toCsv(header, rows.map((row) => {
    const cells: CsvCell[] = [row.x];
    for (const { key, band } of series) {
      cells.push(row[key] as number | null);
      const spread = row[bandKey(key)] as [number, number] | undefined;
      if (band) cells.push(spread?.[0], spread?.[1]);
    }
    return cells;
  }));
}
