/** The form of a comparison, and the runs that it stands for. */
import { SIGMA_STARTS, type SigmaStart } from '@shared/config';
import type { Checkpoint, Learngene } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { START_LABELS } from '../initialize/values';

export const SCRATCH = ['dense', 'factors'] as const;
export type Method = SigmaStart | (typeof SCRATCH)[number];
export const METHODS: readonly Method[] = [...SIGMA_STARTS, ...SCRATCH];

export const METHOD_LABELS: Record<Method, { label: string; help: string }> = {
  ...START_LABELS,
  dense: { label: 'Dense from scratch', help: 'An ordinary model of that depth, trained from nothing.' },
  factors: { label: 'Factors from scratch', help: 'U, V and sigma trained together from nothing: what the learngene saves.' },
};

export interface BenchValues {
  name: string;
  learngeneId: string | null;
  depths: number[];
  methods: Method[];
  seeds: number;
  steps?: number;
  batchSize?: number;
}

export const INITIAL: BenchValues = { name: '', learngeneId: null, depths: [], methods: ['line', 'random', 'dense'], seeds: 1, steps: 300, batchSize: 32 };

const isScratch = (method: Method): method is (typeof SCRATCH)[number] => (SCRATCH as readonly string[]).includes(method);

/** One request per method, depth and seed; those of one seed stand together, so that a part of the comparison is complete early. */
export function requestsOf(v: BenchValues, learngene: Learngene, source: Checkpoint, datasetId: string): { name: string; request: ParamsIn<'runs.start'> }[] {
  const { hiddenSize, heads, patchSize, mlpRatio, learnSigma } = source.model;
  return Array.from({ length: v.seeds }, (_, seed) =>
    v.depths.flatMap((depth) =>
      v.methods.map((method) => {
        const train = { steps: v.steps, batchSize: v.batchSize, seed, validateEvery: Math.max(1, Math.round((v.steps ?? 0) / 10)) };
        const name = `${METHOD_LABELS[method].label}, depth ${depth}, seed ${seed}`;
        const request: ParamsIn<'runs.start'> = isScratch(method)
          ? { kind: 'pretrain', params: { datasetId, name, hiddenSize, depth, heads, patchSize, mlpRatio, learnSigma, rank: method === 'dense' ? null : learngene.ranks, diffusion: source.diffusion, train } }
          : { kind: 'initialize', params: { learngeneId: learngene.id, datasetId, depths: [depth], sigmaStart: method, train } };
        return { name, request };
      }),
    ),
  ).flat();
}
