/** The numbers of a chart as a table of the chart's own size, so that nothing moves when one switches. */
import { Table } from '@mantine/core';
import type { ChartRow } from './rows';
import type { Axis, ChartSeries } from './types';

/** More rows than anybody reads; the CSV has all. */
const MOST_ROWS = 500;

export function ChartTable({ title, rows, series, x, height, formatX, formatY }: { title: string; rows: readonly ChartRow[]; series: readonly ChartSeries[]; x: Axis; height: number; formatX(v: number): string; formatY(v: number): string }) {
  const every = Math.max(1, Math.ceil(rows.length / MOST_ROWS));
  const shown = rows.filter((_, i) => i % every === 0 || i === rows.length - 1);
  return (
    <div style={{ height, overflow: 'auto' }} tabIndex={0} role="region" aria-label={`${title} as table`}>
      <Table stickyHeader fz="xs" verticalSpacing={2}>
        <Table.Caption>{every > 1 ? `Every ${every}th of ${rows.length.toLocaleString('en')} rows; the CSV has them all.` : `${rows.length.toLocaleString('en')} rows`}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className="number">{x.label}{x.unit ? ` (${x.unit})` : ''}</Table.Th>
            {series.map((s) => <Table.Th key={s.key} className="number">{s.label}</Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((row) => (
            <Table.Tr key={row.x}>
              <Table.Td className="number">{formatX(row.x)}</Table.Td>
              {series.map((s) => <Table.Td key={s.key} className="number">{typeof row[s.key] === 'number' ? formatY(row[s.key] as number) : '–'}</Table.Td>)}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
