/** Live metric series for React: of one run or several. Redrawing them may wait for what the person does. */
import { startTransition, useEffect, useMemo, useState } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { useConnection } from './context';
import { EMPTY_FEED, followRun, type RunLive } from './runFeed';

/** The series of a run outside of React's state, so that only what shows them is drawn anew. */
export type RunFeed = Pick<StoreApi<RunLive>, 'getState' | 'getInitialState' | 'subscribe'>;

/** Follows one run as long as the component is there. Between `maxPoints` and twice as many points per line nothing is thinned. */
export function useRunFeed(runId: string, maxPoints = 600): RunFeed {
  const connection = useConnection();
  const feed = useMemo(() => ({ id: runId, store: createStore<RunLive>(() => EMPTY_FEED) }), [runId]);
  useEffect(() => followRun(connection, feed.id, maxPoints, (live) => feed.store.setState(live, true)), [connection, feed, maxPoints]);
  return feed.store;
}

/** The latest of a feed, as a transition. */
export function useFeed(feed: RunFeed): RunLive {
  const [seen, setSeen] = useState(() => ({ feed, live: feed.getState() }));
  useEffect(() => {
    const follow = () => startTransition(() => setSeen({ feed, live: feed.getState() }));
    follow();
    return feed.subscribe(follow);
  }, [feed]);
  return seen.feed === feed ? seen.live : feed.getState();
}

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
