/** A candidate size, and what it costs on this machine. */
import { type DiTConfig, ditConfigSchema, type Ranks, uniformRanks, WEIGHT_TYPES } from '@shared/config';
import { checkpointBytes, countParameters, estimateInferenceBytes, estimateTrainingBytes, factorisedForwardMacs, forwardMacs, tokenCount } from '@shared/sizes';
import { estimateMs, estimateStepMs, type Measured, type Work } from '@shared/speed';

export interface Shape {
  hiddenSize: number;
  depth: number;
  heads: number;
  patchSize: number;
}

/** What is the same for all candidates. */
export interface Setting {
  /** What the models draw: pictures or latents, and how many classes. */
  inputSize: number;
  inChannels: number;
  numClasses: number;
  learnSigma: boolean;
  factorised: boolean;
  /** Rank of all types, or one each; null is the hidden size. */
  rank: number | Ranks | null;
  batchSize: number;
  /** Sampling steps of the time per image. */
  sampleSteps: number;
}

export interface Cost {
  parameters: number;
  /** Parameters of the dense model of this shape: what it can hold. */
  dense: number;
  fileBytes: number;
  tokens: number;
  macs: number;
  trainingBytes: number;
  inferenceBytes: number;
  /** Milliseconds of a training step, and where the figure comes from; null before anything was measured. */
  msPerStep: number | null;
  isMeasured: boolean;
  /** Milliseconds to sample one image without guidance. */
  msPerImage: number | null;
}

export const shapeId = (s: Shape) => `${s.hiddenSize}x${s.depth}x${s.heads}p${s.patchSize}`;

export function configOf(shape: Shape, setting: Setting): DiTConfig {
  const { inputSize, inChannels, numClasses, learnSigma } = setting;
  return { inputSize, inChannels, numClasses, learnSigma, mlpRatio: 4, ...shape };
}

export function ranksOf(shape: Shape, setting: Setting): Ranks | null {
  const { factorised, rank } = setting;
  if (!factorised) return null;
  return rank !== null && typeof rank === 'object' ? rank : uniformRanks(rank ?? shape.hiddenSize);
}

/** Why this shape cannot exist, by field; empty when it can. */
export function shapeProblems(shape: Shape, setting: Setting): { field: string; message: string }[] {
  const checked = ditConfigSchema.safeParse(configOf(shape, setting));
  return checked.success ? [] : checked.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
}

export function costOf(shape: Shape, setting: Setting, measured: readonly Measured[], gflops: number | null): Cost {
  const config = configOf(shape, setting);
  const ranks = ranksOf(shape, setting);
  const { batchSize } = setting;
  const count = countParameters(config, ranks);
  const work: Work = { kind: 'pretrain', model: config, ranks, train: { batchSize, accumulate: 1 } };
  const own = measured.find((m) => (m.kind === 'pretrain' || m.kind === 'train') && sameWork(m.work, work));
  return {
    parameters: count.total,
    dense: count.dense,
    fileBytes: checkpointBytes(config, ranks),
    tokens: tokenCount(config),
    macs: ranks ? factorisedForwardMacs(config, ranks, batchSize) : forwardMacs(config),
    trainingBytes: estimateTrainingBytes(config, { batchSize, ranks }),
    inferenceBytes: estimateInferenceBytes(config, { batchSize: 1, ranks }),
    msPerStep: own?.msPerStep ?? estimateStepMs(work, measured, gflops),
    isMeasured: own !== undefined,
    // Weights are rebuilt or applied for a single image, so its work is counted at a batch of one.
    msPerImage: estimateMs(setting.sampleSteps * (ranks ? factorisedForwardMacs(config, ranks, 1) : forwardMacs(config)), 'pretrain', measured, gflops),
  };
}

function sameWork(a: Work, b: Work): boolean {
  const keys = ['inputSize', 'patchSize', 'inChannels', 'hiddenSize', 'depth', 'heads', 'mlpRatio', 'learnSigma'] as const;
  const sameRanks = a.ranks === null || b.ranks === null ? a.ranks === b.ranks : WEIGHT_TYPES.every((type) => a.ranks![type] === b.ranks![type]);
  return keys.every((key) => a.model[key] === b.model[key]) && sameRanks && a.train.batchSize === b.train.batchSize && a.train.accumulate === b.train.accumulate;
}

/** What `unfit` says of a shape that a learngene can only be tried on. */
export const EXPERIMENTAL = 'experimental';

/** Why a learngene that came from `source` cannot initialise this shape as the paper does; null when it can: any depth, all else as in the source. Another width, heads or patches are an experiment (see docs/method.md). */
export function unfit(shape: Shape, setting: Setting, source: DiTConfig): string | null {
  if (setting.inputSize !== source.inputSize || setting.inChannels !== source.inChannels) return `draws ${source.inputSize} × ${source.inputSize} × ${source.inChannels}`;
  return (['hiddenSize', 'heads', 'patchSize'] as const).every((key) => shape[key] === source[key]) ? null : EXPERIMENTAL;
}
