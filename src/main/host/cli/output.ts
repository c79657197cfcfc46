/** What a command says: results on standard output, progress and notes on standard error. */
import { describeError, type ErrorInfo } from '../../../shared/errors';

export interface CommandResult {
  /** The promise to scripts: identifiers under `dataset`, `run`, `checkpoint`, `learngene`, `checkpoints`. */
  json: Record<string, unknown>;
  /** The same for a person. */
  text: string;
}

export class Output {
  constructor(readonly json: boolean) {}

  /** The last line of standard output is one JSON object when --json was given. */
  result({ json, text }: CommandResult): void {
    process.stdout.write(`${this.json ? JSON.stringify(json) : text}\n`);
  }

  error(info: ErrorInfo, extra: Record<string, unknown> = {}): void {
    process.stderr.write(`${describeError(info)}\n`);
    if (this.json) process.stdout.write(`${JSON.stringify({ error: info, ...extra })}\n`);
  }

  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: string[], rows: string[][]): string {
  const right = head.map((_, i) => rows.every((row) => /^[\d.,~ -]*( ?[A-Za-z%]{1,2})?$/.test(row[i] ?? '')));
  const width = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: string[]) => cells.map((cell, i) => (right[i] ? cell.padStart(width[i]!) : cell.padEnd(width[i]!))).join('  ').trimEnd();
  return [line(head), line(width.map((w) => '─'.repeat(w))), ...rows.map(line)].join('\n');
}
