/** The metric series of a run: asked once, then continued by events, drawn a few times a second. */
import { startTransition, useEffect, useRef, useState } from 'react';
import { AppError, toErrorInfo } from '@shared/errors';
import { useConnection } from './context';
import { frameBatch } from './frame';
import { appendRows, type MetricRow, type Point } from './series';

export interface RunLive {
  /** By metric key, in the order of steps. */
  series: ReadonlyMap<string, Point[]>;
  loading: boolean;
  error: AppError | null;
}

/** Metrics change the charts this often; figures elsewhere on the screen follow progress events. */
const REDRAW_MS = 300;

const EMPTY: RunLive = { series: new Map(), loading: true, error: null };

/** `maxPoints` bounds what one line holds and draws; between `maxPoints` and twice as many nothing is thinned. */
export function useRunLive(runId: string | undefined, maxPoints = 600): RunLive {
  const connection = useConnection();
  const [live, setLive] = useState<RunLive>(EMPTY);
  const shown = useRef(runId);

  useEffect(() => {
    if (shown.current !== runId) setLive(EMPTY);
    shown.current = runId;
    if (!runId) return;
    let stopped = false;
    /** Rows that came while the snapshot was on its way. */
    let early: MetricRow[] | null = [];
    const batch = frameBatch<MetricRow>((rows) => startTransition(() => setLive((before) => ({ ...before, series: appendRows(before.series, rows, maxPoints) }))), REDRAW_MS);

    const load = async () => {
      early ??= [];
      try {
        const snapshot = await connection.call('runs.series', { id: runId, maxPoints });
        if (stopped) return;
        const series = new Map(snapshot.map((s) => [s.key, s.points]));
        const last = Math.max(-1, ...snapshot.map((s) => s.points.at(-1)?.step ?? -1));
        const rest = (early ?? []).filter((row) => row.step > last);
        early = null;
        setLive({ series: appendRows(series, rest, maxPoints), loading: false, error: null });
      } catch (error) {
        if (!stopped) setLive((before) => ({ ...before, loading: false, error: AppError.fromInfo(toErrorInfo(error)) }));
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
  }, [connection, runId, maxPoints]);

  return live;
}
