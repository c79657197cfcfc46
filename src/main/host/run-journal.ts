/** Metric rows that a worker wrote while no host listened, or whose host was killed before it stored them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JOURNAL_FILES } from '../../shared/worker';
import { appendMetrics, type Catalog, type MetricRow } from '../catalog';

const rowSchema = z.object({ step: z.number(), wall: z.number(), values: z.record(z.string(), z.number().nullable()) });

/** Adds what is missing, up to `step`; what is there stays. */
export function recoverMetrics(catalog: Catalog, runId: string, runDir: string, step = Infinity): void {
  appendMetrics(catalog, runId, JOURNAL_FILES.flatMap((name) => readRows(join(runDir, name))).filter((row) => row.step <= step));
}

function readRows(file: string): MetricRow[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      const row = rowSchema.safeParse(JSON.parse(line));
      return row.success ? [row.data] : [];
    } catch {
      // Half a line, from a process that was killed in the middle of it.
      return [];
    }
  });
}
