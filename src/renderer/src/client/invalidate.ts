/** Which cached answers an event makes stale. A cached answer's key is `[method, params]`. */
import type { QueryClient } from '@tanstack/react-query';
import type { Run } from '@shared/entities';
import type { Result, SequencedEvent } from '@shared/protocol';
import type { Connection } from './connection';

const LIST_INTERVAL = 400;

/** Puts a changed run into every cached page that shows it. Answers whether some page may now be in another order or length. */
function replaceRun(queries: QueryClient, run: Run): boolean {
  queries.setQueryData(['runs.get', { id: run.id }], run);
  let moved = false;
  for (const [key, page] of queries.getQueriesData<Result<'runs.list'>>({ queryKey: ['runs.list'] })) {
    if (!page) continue;
    const at = page.runs.findIndex((r) => r.id === run.id);
    if (at < 0) {
      moved = true;
      continue;
    }
    moved ||= page.runs[at].status !== run.status;
    queries.setQueryData(key, { ...page, runs: page.runs.with(at, run) });
  }
  return moved;
}

const AREAS: Partial<Record<SequencedEvent['type'], string[]>> = {
  sample: ['samples.'],
  dataset: ['datasets.', 'lineage.'],
  checkpoint: ['checkpoints.', 'lineage.'],
  learngene: ['learngenes.', 'lineage.'],
  export: ['exports.', 'lineage.'],
  evaluation: ['evaluations.'],
};

/** Keeps the cache true until the returned function is called. */
export function followEvents(connection: Connection, queries: QueryClient): () => void {
  let dirty = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Lists are asked again at most every `LIST_INTERVAL`, however many events come. */
  const markStale = (prefix: string) => {
    dirty.add(prefix);
    timer ??= setTimeout(() => {
      timer = undefined;
      const prefixes = [...dirty];
      dirty = new Set();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => prefixes.some((p) => String(queryKey[0]).startsWith(p)) });
    }, LIST_INTERVAL);
  };

  const stopEvents = connection.onEvent((event) => {
    AREAS[event.type]?.forEach(markStale);
    if (event.type === 'run') markStale('runs.folders');
    if (event.type === 'run' && replaceRun(queries, event.run)) {
      markStale('runs.list');
      markStale('lineage.');
    } else if (event.type === 'settings') queries.setQueryData(['settings.get', {}], event.settings);
    else if (event.type === 'demo') queries.setQueryData(['demo.state', {}], event.demo);
    else if (event.type === 'changed') ['trash.', 'lineage.', `${event.what.split('.')[0]}.`].forEach(markStale);
  });
  const stopGap = connection.onGap(() => void queries.invalidateQueries());
  return () => {
    stopEvents();
    stopGap();
    clearTimeout(timer);
  };
}
