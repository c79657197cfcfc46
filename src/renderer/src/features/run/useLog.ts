/** The log of a run: what the host has, then each line as it comes. Null until the host has answered. */
import { useEffect, useState } from 'react';
import type { Result } from '@shared/protocol';
import { useConnection } from '../../client/context';

export type LogLine = Result<'runs.log'>[number];

const PAGE = 5000;

export function useLog(runId: string): LogLine[] | null {
  const connection = useConnection();
  const [lines, setLines] = useState<LogLine[] | null>(null);
  useEffect(() => {
    let stopped = false;
    const add = (fresh: readonly LogLine[]) =>
      setLines((before) => {
        const last = before?.at(-1)?.n ?? 0;
        const news = fresh.filter((l) => l.n > last);
        return news.length > 0 || before === null ? [...(before ?? []), ...news] : before;
      });
    /** Everything after the last line known, page by page. */
    const load = async (after: number): Promise<void> => {
      const page = await connection.call('runs.log', { id: runId, after, limit: PAGE });
      if (stopped) return;
      add(page);
      if (page.length === PAGE) await load(page[page.length - 1].n);
    };
    // Lost with the connection; the gap that follows asks again.
    const reload = () => void load(0).catch(() => undefined);
    const stopEvents = connection.onEvent((event) => {
      if (event.type !== 'run.log' || event.runId !== runId) return;
      const { n, time, level, message } = event;
      setLines((before) => (before !== null && n > (before.at(-1)?.n ?? 0) ? [...before, { n, time, level, message }] : before));
    });
    const stopGap = connection.onGap(reload);
    reload();
    return () => {
      stopped = true;
      stopEvents();
      stopGap();
      setLines(null);
    };
  }, [connection, runId]);
  return lines;
}
