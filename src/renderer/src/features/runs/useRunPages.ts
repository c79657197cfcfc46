/** The run table page by page, as far as it was scrolled. */
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Run } from '@shared/entities';
import type { AppError } from '@shared/errors';
import type { ParamsIn, Result } from '@shared/protocol';
import { useConnection } from '../../client/context';
import { useSameItems } from '../../client/stable';

const PAGE = 200;

export type RunQuery = Omit<ParamsIn<'runs.list'>, 'offset' | 'limit'>;

export interface RunPages {
  runs: Run[];
  total: number;
  loading: boolean;
  error: AppError | null;
  more(): void;
  retry(): void;
}

export function useRunPages(query: RunQuery): RunPages {
  const connection = useConnection();
  const key = JSON.stringify(query);
  const [depth, setDepth] = useState({ key, pages: 1 });
  const pages = depth.key === key ? depth.pages : 1;
  const results = useQueries({
    queries: Array.from({ length: pages }, (_, i) => {
      const params: ParamsIn<'runs.list'> = { ...query, offset: i * PAGE, limit: PAGE };
      return { queryKey: ['runs.list', params], queryFn: () => connection.call('runs.list', params), placeholderData: keepPreviousData };
    }),
  });
  const loaded = useSameItems(results.flatMap((r) => (r.data ? [r.data as Result<'runs.list'>] : [])));
  const runs = useMemo(() => {
    // While a page is being asked again a run may stand on two.
    const seen = new Set<string>();
    return loaded.flatMap((p) => p.runs).filter((r) => !seen.has(r.id) && seen.add(r.id));
  }, [loaded]);
  return {
    runs,
    total: loaded[0]?.total ?? 0,
    loading: loaded.length === 0,
    error: (results.find((r) => r.error)?.error as AppError | undefined) ?? null,
    more: () => {
      if (!results.at(-1)?.isFetching) setDepth({ key, pages: pages + 1 });
    },
    retry: () => results.forEach((r) => void r.refetch()),
  };
}
