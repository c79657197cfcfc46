/** The metric series of one run, followed: asked once, then continued by events, asked again after a gap. */
import { AppError, toErrorInfo } from '@shared/errors';
import type { Connection } from './connection';
import { frameBatch } from './frame';
import { appendRows, type MetricRow, type Point } from './series';

export interface RunLive {
  /** By metric key, in the order of steps. */
  series: ReadonlyMap<string, Point[]>;
  loading: boolean;
  error: AppError | null;
}

export const EMPTY_FEED: RunLive = { series: new Map(), loading: true, error: null };

/** Calls `onChange` with every new state until the returned function is called. `maxPoints` bounds what one line holds. */
export function followRun(connection: Connection, runId: string, maxPoints: number, onChange: (live: RunLive) => void): () => void {
  let live = EMPTY_FEED;
  let stopped = false;
  /** Rows that came while the snapshot was on its way; null when none is. */
  let early: MetricRow[] | null = [];
  const set = (next: RunLive) => {
    live = next;
    onChange(live);
  };
  const batch = frameBatch<MetricRow>((rows) => set({ ...live, series: appendRows(live.series, rows, maxPoints) }));

  const load = async () => {
    early ??= [];
    try {
      const snapshot = await connection.call('runs.series', { id: runId, maxPoints });
      if (stopped) return;
      const last = Math.max(-1, ...snapshot.map((s) => s.points.at(-1)?.step ?? -1));
      const rest = early.filter((row) => row.step > last);
      early = null;
      set({ series: appendRows(new Map(snapshot.map((s) => [s.key, s.points])), rest, maxPoints), loading: false, error: null });
    } catch (error) {
      if (!stopped) set({ ...live, loading: false, error: AppError.fromInfo(toErrorInfo(error)) });
    }
  };

  const stopEvents = connection.onEvent((event) => {
    if (event.type !== 'run.metrics' || event.runId !== runId) return;
    if (early) early.push(...event.rows);
    else event.rows.forEach((row) => batch.add(row));
  });
  const stopGap = connection.onGap(() => void load());
  void load();
  return () => {
    stopped = true;
    stopEvents();
    stopGap();
    batch.stop();
  };
}
