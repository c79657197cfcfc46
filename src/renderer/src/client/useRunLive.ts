/** Live metric series as React state, for one run or several. Redrawing them may wait for what the person does. */
import { startTransition, useEffect, useMemo, useState } from 'react';
import { useConnection } from './context';
import { EMPTY_FEED, followRun, type RunLive } from './runFeed';

/** Between `maxPoints` and twice as many points per line nothing is thinned. */
export function useRunLive(runId: string | undefined, maxPoints = 600): RunLive {
  const connection = useConnection();
  const [state, setState] = useState<{ id: string | undefined; live: RunLive }>({ id: runId, live: EMPTY_FEED });
  useEffect(() => {
    if (!runId) return;
    return followRun(connection, runId, maxPoints, (live) => startTransition(() => setState({ id: runId, live })));
  }, [connection, runId, maxPoints]);
  return state.id === runId ? state.live : EMPTY_FEED;
}

export function useRunsLive(runIds: readonly string[], maxPoints = 400): ReadonlyMap<string, RunLive> {
  const connection = useConnection();
  const [lives, setLives] = useState<ReadonlyMap<string, RunLive>>(new Map());
  const key = runIds.join(' ');
  useEffect(() => {
    const ids = key.split(' ').filter(Boolean);
    const stops = ids.map((id) => followRun(connection, id, maxPoints, (live) => startTransition(() => setLives((before) => new Map(before).set(id, live)))));
    return () => stops.forEach((stop) => stop());
  }, [connection, key, maxPoints]);
  return useMemo(() => new Map(key.split(' ').flatMap((id) => (lives.has(id) ? [[id, lives.get(id)!] as const] : []))), [lives, key]);
}
