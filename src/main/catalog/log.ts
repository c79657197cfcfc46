/** The log of a run: numbered lines, so that a window can ask for what it has not seen. */
import { write, type Catalog } from './open';

export interface LogLine {
  n: number;
  time: number;
  level: string;
  message: string;
}

/** Returns the line with its number, counted from 1. */
export function appendLog(catalog: Catalog, runId: string, level: string, message: string, time = Date.now()): LogLine {
  return write(catalog, () => {
    const n = 1 + ((catalog.prepare('SELECT max(n) FROM run_log WHERE run_id = ?').pluck().get(runId) as number | null) ?? 0);
    catalog.prepare('INSERT INTO run_log (run_id, n, time, level, message) VALUES (?, ?, ?, ?, ?)').run(runId, n, time, level, message);
    return { n, time, level, message };
  });
}

export function readLog(catalog: Catalog, runId: string, after: number, limit: number): LogLine[] {
  return catalog.prepare('SELECT n, time, level, message FROM run_log WHERE run_id = ? AND n > ? ORDER BY n LIMIT ?').all(runId, after, limit) as LogLine[];
}
