/** Gathers metric rows so that fast steps do not flood whoever listens. */
import type { MetricRow } from './options';

const MIN_INTERVAL_MS = 50;

export class MetricsBuffer {
  private rows: MetricRow[] = [];
  private lastFlush = -Infinity;

  constructor(private readonly deliver: ((rows: MetricRow[]) => void) | undefined) {}

  add(row: MetricRow): void {
    this.rows.push(row);
    if (performance.now() - this.lastFlush >= MIN_INTERVAL_MS) this.flush();
  }

  flush(): void {
    if (this.rows.length === 0) return;
    const rows = this.rows;
    this.rows = [];
    this.lastFlush = performance.now();
    this.deliver?.(rows);
  }
}
