/**
 * Metric rows on disk, beside their way to the host: written before the training state of their step, so that a host that is
 * killed misses none when the run goes on. The newest few megabytes are enough, as the host is never further behind.
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_FILES, type WorkerEvent } from '../../shared/worker';

const ROTATE_BYTES = 4e6;

/** Returns the function that appends rows as lines of JSON to the journal in `runDir`. */
export function openJournal(runDir: string): (rows: Extract<WorkerEvent, { type: 'metrics' }>['rows']) => void {
  const [older, newest] = JOURNAL_FILES.map((name) => join(runDir, name)) as [string, string];
  mkdirSync(runDir, { recursive: true });
  let bytes = existsSync(newest) ? statSync(newest).size : 0;
  // A process that was killed may have left half a line, which must not spoil the next one.
  let text = bytes > 0 ? '\n' : '';
  return (rows) => {
    text += rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    appendFileSync(newest, text);
    bytes += Buffer.byteLength(text);
    text = '';
    if (bytes < ROTATE_BYTES) return;
    renameSync(newest, older);
    bytes = 0;
  };
}
