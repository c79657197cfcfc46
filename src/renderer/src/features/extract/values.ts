/** The form of an extraction: a factorised checkpoint as it is, a dense one by decomposition, alone or as the start of a distillation. */
import { type Ranks, uniformRanks } from '@shared/config';
import type { Checkpoint, Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { rankProblems } from '@shared/ranks';
import type { Problem } from '../../client/plan';
import { rankFlag, rankOf, RANKS, ranksOf, type RankValues } from '../../components/form/RankFields';
import { TRAINING, trainFlags, trainingOf, trainOptions, type TrainingValues } from '../../components/form/training';
import { commandLine } from '../../components/wizard/commandLine';

type Distillation = Extract<ParamsIn<'runs.start'>, { kind: 'distill' }>['params'];

export interface ExtractValues extends RankValues, TrainingValues {
  checkpointId: string | null;
  name: string;
  /** For dense checkpoints. */
  way: 'decompose' | 'distill';
  iterations?: number;
  datasetId: string | null;
}

export const INITIAL: ExtractValues = { ...TRAINING, ...RANKS, checkpointId: null, name: '', way: 'decompose', iterations: 40, datasetId: null };

/** The form that would start this distillation again. */
export function fromRun(run: Run): ExtractValues {
  const { ranks, iterations } = run.config as { ranks?: Ranks; iterations?: number };
  return { ...INITIAL, ...trainingOf(run), ...ranksOf(ranks ?? null), checkpointId: run.checkpointId, way: 'distill', iterations, datasetId: run.datasetId };
}

/** Why this checkpoint cannot be distilled; null when it can. */
export function distillRefused(checkpoint: Checkpoint): string | null {
  return checkpoint.diffusion.prediction === 'epsilon' ? null : 'This checkpoint predicts the picture; distillation is for models that predict the noise.';
}

export function ways(v: ExtractValues, checkpoint: Checkpoint | undefined): 'direct' | 'decompose' | 'distill' {
  if (checkpoint?.form !== 'dense') return 'direct';
  return v.way === 'distill' && !distillRefused(checkpoint) ? 'distill' : 'decompose';
}

/** What the learngene will have. */
export function ranksFor(v: ExtractValues, checkpoint: Checkpoint): Ranks {
  if (checkpoint.ranks) return checkpoint.ranks;
  const rank = rankOf(v, checkpoint.model.hiddenSize) ?? checkpoint.model.hiddenSize;
  return typeof rank === 'object' ? rank : uniformRanks(rank);
}

export function toExtraction(v: ExtractValues, checkpoint: Checkpoint): ParamsIn<'learngenes.extract'> {
  const how = checkpoint.form === 'dense' && { rank: rankOf(v, checkpoint.model.hiddenSize) ?? checkpoint.model.hiddenSize, iterations: v.iterations };
  return { checkpointId: checkpoint.id, name: v.name.trim() || undefined, ...how };
}

/** Null while no pictures are chosen. */
export function toDistillation(v: ExtractValues, checkpoint: Checkpoint): Distillation | null {
  if (!v.datasetId) return null;
  return { checkpointId: checkpoint.id, datasetId: v.datasetId, name: v.name.trim() || undefined, rank: rankOf(v, checkpoint.model.hiddenSize), iterations: v.iterations, train: trainOptions(v) };
}

export function toCommand(v: ExtractValues, checkpoint: Checkpoint | undefined): string {
  const way = ways(v, checkpoint);
  const common = { checkpoint: checkpoint?.id ?? 'CHECKPOINT', name: v.name.trim() || null };
  if (way === 'direct') return commandLine('extract', common);
  const rank = rankFlag(rankOf(v, checkpoint!.model.hiddenSize));
  if (way === 'decompose') return commandLine('extract', { ...common, rank: rank ?? checkpoint!.model.hiddenSize, iterations: v.iterations });
  return commandLine('distill', { ...common, dataset: v.datasetId ?? 'DATASET', rank, iterations: v.iterations, ...trainFlags(v) });
}

/** What the form itself can tell is wrong with a decomposition; the host says the rest. */
export function decompositionProblems(v: ExtractValues, checkpoint: Checkpoint): Problem[] {
  const ranks = ranksFor(v, checkpoint);
  const whole = Object.entries(ranks).filter(([, rank]) => !Number.isInteger(rank) || rank < 1);
  const out: Problem[] = (v.rankPerType ? whole : whole.slice(0, 1)).map(([type]) => ({ field: v.rankPerType ? `rank.${type}` : 'rank', message: 'A rank is a whole number from 1.' }));
  if (whole.length === 0) out.push(...rankProblems(ranks, checkpoint.model, v.rankPerType));
  if (v.iterations !== undefined && (!Number.isInteger(v.iterations) || v.iterations < 1 || v.iterations > 1000)) out.push({ field: 'iterations', message: 'Choose 1 to 1000 iterations.' });
  return out;
}
