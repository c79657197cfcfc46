/** The form of a pretraining, and its way to the request, the command and back from an earlier run. */
import { type Ranks, uniformRanks, WEIGHT_TYPES } from '@shared/config';
import type { Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { SMALL_PRESETS } from '@shared/sizes';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'pretrain' }>['params'];

export interface PretrainValues {
  datasetId: string | null;
  name: string;
  hiddenSize?: number;
  depth?: number;
  heads?: number;
  patchSize?: number;
  learnSigma: boolean;
  factorised: boolean;
  rankPerType: boolean;
  /** Undefined is the hidden size. */
  rank?: number;
  ranks: Partial<Ranks>;
  factorStart: 'gaussian' | 'orthonormal';
  evaluation: 'auto' | 'rebuild' | 'factored';
  noise: 'linear' | 'squaredcos_cap_v2';
  prediction: 'epsilon' | 'x0';
  steps?: number;
  batchSize?: number;
  accumulate?: number;
  learningRate?: number;
  schedule: 'constant' | 'cosine';
  warmupSteps?: number;
  weightDecay?: number;
  gradientClip?: number;
  emaDecay?: number;
  labelDropout?: number;
  horizontalFlip: boolean;
  seed?: number;
  sampleEvery?: number;
  sampleCount?: number;
  sampleSteps: string;
  checkpointEvery?: number;
  backend: string;
}

const small = SMALL_PRESETS.find((p) => p.id === 'small') ?? SMALL_PRESETS[0];

export const INITIAL: PretrainValues = {
  datasetId: null, name: '', hiddenSize: small.hiddenSize, depth: small.depth, heads: small.heads, patchSize: small.patchSize, learnSigma: false, factorised: true, rankPerType: false, ranks: {},
  factorStart: 'gaussian', evaluation: 'auto', noise: 'linear', prediction: 'epsilon', steps: 1000, batchSize: 32, accumulate: 1, learningRate: 1e-3, schedule: 'constant', warmupSteps: 50, weightDecay: 0,
  gradientClip: 0, emaDecay: 0.99, labelDropout: 0.1, horizontalFlip: true, seed: 0, sampleCount: 16, sampleSteps: 'ddim25', checkpointEvery: 200, backend: 'auto',
};

/** Null while no dataset is chosen. Fields left empty take the host's defaults. */
export function toRequest(v: PretrainValues): Request | null {
  if (!v.datasetId) return null;
  const each = Object.fromEntries(WEIGHT_TYPES.map((type) => [type, v.ranks[type] ?? v.rank ?? v.hiddenSize ?? 0])) as Ranks;
  return {
    datasetId: v.datasetId,
    name: v.name.trim() || undefined,
    hiddenSize: v.hiddenSize, depth: v.depth, heads: v.heads, patchSize: v.patchSize, learnSigma: v.learnSigma,
    rank: v.factorised ? (v.rankPerType ? each : v.rank) : null,
    factorStart: v.factorStart, evaluation: v.evaluation,
    diffusion: { schedule: v.noise, prediction: v.prediction },
    train: {
      // Which of them are wrong is for the schema to say.
      steps: v.steps, batchSize: v.batchSize, accumulate: v.accumulate, learningRate: v.learningRate, schedule: v.schedule, warmupSteps: v.warmupSteps, weightDecay: v.weightDecay, gradientClip: v.gradientClip,
      emaDecay: v.emaDecay, labelDropout: v.labelDropout, horizontalFlip: v.horizontalFlip, seed: v.seed, sampleEvery: v.sampleEvery, checkpointEvery: v.checkpointEvery,
      backend: v.backend as NonNullable<Request['train']>['backend'],
    },
    sampleSteps: v.sampleSteps.trim() || undefined,
    sampleCount: v.sampleCount,
  };
}

export function toCommand(v: PretrainValues): string {
  const ranks = v.rankPerType ? WEIGHT_TYPES.map((type) => `${type}=${v.ranks[type] ?? v.rank ?? v.hiddenSize}`).join(',') : v.rank;
  return commandLine('pretrain', {
    dataset: v.datasetId ?? 'DATASET', name: v.name.trim() || null, hidden: v.hiddenSize, depth: v.depth, heads: v.heads, patch: v.patchSize, rank: v.factorised ? ranks : null, dense: !v.factorised,
    steps: v.steps, batch: v.batchSize, lr: v.learningRate, seed: v.seed, 'sample-every': v.sampleEvery, 'checkpoint-every': v.checkpointEvery, backend: v.backend === 'auto' ? null : v.backend,
  });
}

/** The form that would start this run again. */
export function fromRun(run: Run): PretrainValues {
  const config = run.config as { model?: Record<string, number | boolean>; ranks?: Ranks | null; factors?: { start?: string; evaluation?: string } | null; diffusion?: Record<string, string>; train?: Record<string, never>; sample?: { steps?: string; count?: number } | null };
  const { ranks = null, factors, diffusion, train = {}, sample } = config;
  const pick = <K extends keyof PretrainValues>(from: object | undefined | null, keys: readonly K[]) => Object.fromEntries(keys.filter((k) => from && k in from).map((k) => [k, (from as Record<string, unknown>)[k]]));
  const uniform = ranks && WEIGHT_TYPES.every((type) => ranks[type] === ranks.qkv);
  return {
    ...INITIAL,
    ...pick(config.model, ['hiddenSize', 'depth', 'heads', 'patchSize', 'learnSigma']),
    ...pick(train, ['steps', 'batchSize', 'accumulate', 'learningRate', 'schedule', 'warmupSteps', 'weightDecay', 'gradientClip', 'emaDecay', 'labelDropout', 'horizontalFlip', 'seed', 'sampleEvery', 'checkpointEvery', 'backend']),
    datasetId: run.datasetId,
    factorised: ranks !== null,
    rankPerType: ranks !== null && !uniform,
    rank: uniform ? ranks.qkv : undefined,
    ranks: ranks ?? uniformRanks(INITIAL.hiddenSize!),
    factorStart: (factors?.start as PretrainValues['factorStart']) ?? INITIAL.factorStart,
    evaluation: (factors?.evaluation as PretrainValues['evaluation']) ?? INITIAL.evaluation,
    noise: (diffusion?.schedule as PretrainValues['noise']) ?? INITIAL.noise,
    prediction: (diffusion?.prediction as PretrainValues['prediction']) ?? INITIAL.prediction,
    sampleSteps: sample?.steps ?? INITIAL.sampleSteps,
    sampleCount: sample?.count ?? INITIAL.sampleCount,
  } as PretrainValues;
}
