/** A comparison as the form that would start it again, from the configurations that its runs were frozen with. */
import { useQuery } from '@tanstack/react-query';
import { type DiTConfig, SIGMA_STARTS } from '@shared/config';
import type { Run } from '@shared/entities';
import { INITIALIZATION_IDS, initializationInfo } from '@shared/initializations';
import { useConnection } from '../../client/context';
import { useCopyOf } from '../../components/wizard/useCopied';
import { useWish } from '../../components/wizard/useWish';
import { comparedOf } from './comparisons';
import { type BenchValues, INITIAL } from './values';

export interface Copied {
  id: string;
  runs: readonly Run[];
  /** What was trained for it, as far as it is still there. */
  sources: readonly Run[];
}

const trainOf = (run: Run) => (run.config.train ?? {}) as { steps?: number; batchSize?: number; learningRate?: number; seed?: number };
const modelOf = (run: Run) => run.config.model as DiTConfig;
const distinct = (numbers: readonly number[]) => [...new Set(numbers)].toSorted((a, b) => a - b);

/** Null when no run of the comparison says how it was made. */
export function fromComparison({ runs, sources }: Omit<Copied, 'id'>): BenchValues | null {
  const targets = runs.flatMap((run) => {
    const compared = comparedOf(run);
    return compared ? [{ run, ...compared }] : [];
  });
  const [first] = targets;
  if (!first) return null;
  const methods = INITIALIZATION_IDS.filter((id) => targets.some((t) => t.method === id));
  // A run takes over the checkpoint of a source that was trained for it; chosen by a person is what has no such source.
  const chosen = targets.filter((t) => t.sourceRunId === null);
  const dense = chosen.find((t) => initializationInfo(t.method).needs === 'dense')?.run.checkpointId ?? null;
  const fine = chosen.find((t) => t.method === 'fine')?.run;
  const fineSource = fine ? (fine.learngeneId ?? fine.checkpointId) : null;
  const [source] = sources;
  const { hiddenSize, heads, patchSize } = modelOf(first.run);
  const adaptation: BenchValues['adaptation'] = {};
  for (const { method, adaptation: done } of targets) if (initializationInfo(method).adaptation) adaptation[method] = done ?? { steps: 0 };
  const starts = SIGMA_STARTS.filter((start) => targets.some((t) => t.sigmaStart === start));
  return {
    ...INITIAL,
    name: first.comparison ? `${first.comparison} copy` : '',
    datasetId: first.run.datasetId,
    methods,
    factors: runs.some((run) => run.kind === 'pretrain'),
    sigmaStarts: starts.length > 0 ? starts : INITIAL.sigmaStarts,
    denseCheckpointId: dense,
    fineSourceId: fineSource,
    ...(dense === null && fineSource === null && { hiddenSize, heads, patchSize, sourceDepth: source && modelOf(source).depth }),
    ...(source && { sourceSteps: trainOf(source).steps, sourceLearningRate: trainOf(source).learningRate, sourceSeed: trainOf(source).seed }),
    depths: distinct(targets.map(({ run }) => modelOf(run).depth)),
    seeds: distinct(targets.map(({ run }) => trainOf(run).seed ?? 0)).length,
    steps: Math.min(...targets.map(({ run, charged, adaptation: done }) => run.steps - (charged ? 0 : (done?.steps ?? 0)))),
    batchSize: trainOf(first.run).batchSize,
    learningRate: trainOf(first.run).learningRate,
    chargeAdaptation: targets.every((t) => t.charged),
    adaptation,
  };
}

/** Begins the form with a comparison that a link names; gives its values as long as the form is a copy of it. */
export function useCopiedComparison(take: (values: BenchValues) => void): BenchValues | undefined {
  const connection = useConnection();
  const { from, id } = useCopyOf();
  const copied = useQuery({
    queryKey: ['comparison', id],
    enabled: id !== undefined,
    queryFn: async (): Promise<Copied> => {
      const { runs } = await connection.call('runs.list', { groupId: id!, limit: 1000 });
      const ids = new Set(runs.flatMap((run) => comparedOf(run)?.sourceRunId ?? []));
      // An erased source leaves its settings to the defaults.
      const sources = await Promise.all([...ids].map((run) => connection.call('runs.get', { id: run }).catch(() => null)));
      return { id: id!, runs, sources: sources.filter((run) => run !== null) };
    },
  }).data;
  const values = (copied && fromComparison(copied)) ?? undefined;
  useWish(from && values ? `comparison ${id}` : null, () => values && take(values), { original: from });
  return values;
}
