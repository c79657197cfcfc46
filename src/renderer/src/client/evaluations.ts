/** The newest evaluation of each checkpoint, for lists and comparisons. */
import { useMemo } from 'react';
import type { Evaluation } from '@shared/entities';
import { useCall } from './hooks';

/** By the checkpoint's id. */
export function useLatestEvaluations(): ReadonlyMap<string, Evaluation> {
  const all = useCall('evaluations.list', { limit: 5000 }).data;
  return useMemo(() => {
    const latest = new Map<string, Evaluation>();
    for (const e of all ?? []) if (!latest.has(e.checkpointId)) latest.set(e.checkpointId, e);
    return latest;
  }, [all]);
}
