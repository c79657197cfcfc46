/** The form of a pretraining, and its way to the request, the command and back from an earlier run. */
import type { Ranks } from '@shared/config';
import type { Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { SMALL_PRESETS } from '@shared/sizes';
import { rankFlag, rankOf, RANKS, ranksOf, type RankValues } from '../../components/form/RankFields';
import { TRAINING, trainFlags, trainingOf, trainOptions, type TrainingValues } from '../../components/form/training';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'pretrain' }>['params'];

export interface PretrainValues extends TrainingValues, RankValues {
  datasetId: string | null;
  name: string;
  hiddenSize?: number;
  depth?: number;
  heads?: number;
  patchSize?: number;
  learnSigma: boolean;
  factorised: boolean;
  factorStart: 'gaussian' | 'orthonormal';
  evaluation: 'auto' | 'rebuild' | 'factored';
  noise: 'linear' | 'squaredcos_cap_v2';
  prediction: 'epsilon' | 'x0';
  sampleCount?: number;
  sampleSteps: string;
}

const small = SMALL_PRESETS.find((p) => p.id === 'small') ?? SMALL_PRESETS[0];

export const INITIAL: PretrainValues = {
  ...TRAINING, ...RANKS, datasetId: null, name: '', hiddenSize: small.hiddenSize, depth: small.depth, heads: small.heads, patchSize: small.patchSize, learnSigma: false, factorised: true,
  factorStart: 'gaussian', evaluation: 'auto', noise: 'linear', prediction: 'epsilon', sampleCount: 16, sampleSteps: 'ddim25',
};

/** Null while no dataset is chosen. Fields left empty take the host's defaults. */
export function toRequest(v: PretrainValues): Request | null {
  if (!v.datasetId) return null;
  return {
    datasetId: v.datasetId,
    name: v.name.trim() || undefined,
    hiddenSize: v.hiddenSize, depth: v.depth, heads: v.heads, patchSize: v.patchSize, learnSigma: v.learnSigma,
    rank: v.factorised ? rankOf(v, v.hiddenSize) : null,
    factorStart: v.factorStart, evaluation: v.evaluation,
    diffusion: { schedule: v.noise, prediction: v.prediction },
    train: trainOptions(v),
    sampleSteps: v.sampleSteps.trim() || undefined,
    sampleCount: v.sampleCount,
  };
}

export function toCommand(v: PretrainValues): string {
  const changed = <K extends keyof PretrainValues>(key: K) => (v[key] === INITIAL[key] ? null : String(v[key]));
  return commandLine('pretrain', {
    dataset: v.datasetId ?? 'DATASET', name: v.name.trim() || null, hidden: v.hiddenSize, depth: v.depth, heads: v.heads, patch: v.patchSize,
    rank: v.factorised ? rankFlag(rankOf(v, v.hiddenSize)) : null, dense: !v.factorised,
    'factor-start': v.factorised ? changed('factorStart') : null, evaluation: v.factorised ? changed('evaluation') : null, 'learn-sigma': v.learnSigma, 'noise-schedule': changed('noise'), prediction: changed('prediction'),
    ...trainFlags(v), 'sample-steps': changed('sampleSteps'), 'sample-count': v.sampleCount === undefined ? null : changed('sampleCount'),
  });
}

/** The form that would start this run again. */
export function fromRun(run: Run): PretrainValues {
  const config = run.config as { model?: Record<string, number | boolean>; ranks?: Ranks | null; factors?: { start?: string; evaluation?: string } | null; diffusion?: Record<string, string>; sample?: { steps?: string; count?: number } | null };
  const { ranks = null, factors, diffusion, sample } = config;
  const pick = <K extends keyof PretrainValues>(from: object | undefined | null, keys: readonly K[]) => Object.fromEntries(keys.filter((k) => from && k in from).map((k) => [k, (from as Record<string, unknown>)[k]]));
  return {
    ...INITIAL,
    ...pick(config.model, ['hiddenSize', 'depth', 'heads', 'patchSize', 'learnSigma']),
    ...trainingOf(run),
    ...ranksOf(ranks),
    datasetId: run.datasetId,
    factorised: ranks !== null,
    factorStart: (factors?.start as PretrainValues['factorStart']) ?? INITIAL.factorStart,
    evaluation: (factors?.evaluation as PretrainValues['evaluation']) ?? INITIAL.evaluation,
    noise: (diffusion?.schedule as PretrainValues['noise']) ?? INITIAL.noise,
    prediction: (diffusion?.prediction as PretrainValues['prediction']) ?? INITIAL.prediction,
    sampleSteps: sample?.steps ?? INITIAL.sampleSteps,
    sampleCount: sample?.count ?? INITIAL.sampleCount,
  } as PretrainValues;
}
