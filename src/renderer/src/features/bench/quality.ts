/** What was measured of the samples of compared runs. */
import type { Evaluation, Run } from '@shared/entities';
import { type Spread, spread } from '@shared/spread';
import { outcome } from '../initialize/outcome';

/** The latest figure of these runs, over their seeds. Only figures of one name may be averaged: the one that most runs have. Null where nothing was measured. */
export function qualityOf(runs: readonly Run[], evaluations: ReadonlyMap<string, Evaluation>): { name: string; value: Spread } | null {
  const figures = runs.flatMap((run) => {
    const { checkpointId } = outcome(run);
    return (checkpointId && evaluations.get(checkpointId)?.figures.slice(0, 1)) || [];
  });
  const [most] = [...Map.groupBy(figures, ({ name }) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  const value = most && spread(most[1].map((figure) => figure.value));
  return value ? { name: most[0], value } : null;
}
