/** Which ranks the shared factors of a model can have. */
import { type DiTConfig, maxRank, type Ranks, WEIGHT_TYPES } from './config';

/**
 * What is wrong with these ranks, beside the field that it belongs to: `rank.TYPE` where each type has a rank of its own
 * (`perType`), else the one field `rank`.
 */
export function rankProblems(ranks: Ranks, model: Pick<DiTConfig, 'hiddenSize' | 'mlpRatio'>, perType: boolean): { field: string; message: string; hint: string }[] {
  const most = (type: keyof Ranks) => maxRank(type, model.hiddenSize, model.mlpRatio);
  const over = WEIGHT_TYPES.filter((type) => ranks[type] > most(type));
  const limits = over.map((type) => `${type} ${most(type)}`).join(', ');
  return (perType ? over : over.slice(0, 1)).map((type) => ({
    field: perType ? `rank.${type}` : 'rank',
    message: `The rank ${ranks[type]} is above what the matrices allow at hidden size ${model.hiddenSize} (${limits}).`,
    hint: `Choose a rank of at most ${most(type)}.`,
  }));
}
