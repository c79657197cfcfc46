/** Models and ranks in a few words. */
import { type Ranks, WEIGHT_TYPES, type WeightType } from '@shared/config';

/** "96 × 6, patch 4": hidden size × depth. */
export function modelShape(model: { hiddenSize: number; depth: number; patchSize: number }): string {
  return `${model.hiddenSize} × ${model.depth}, patch ${model.patchSize}`;
}

/** "rank 96", or all five where they differ. */
export function rankText(ranks: Ranks): string {
  const same = WEIGHT_TYPES.every((type) => ranks[type] === ranks.qkv);
  return same ? `rank ${ranks.qkv}` : `ranks ${WEIGHT_TYPES.map((type) => `${type} ${ranks[type]}`).join(', ')}`;
}

/** The five weights of a block in words. */
export const TYPE_NAMES: Record<WeightType, string> = { qkv: 'Query, key, value', proj: 'Attention output', fc1: 'MLP in', fc2: 'MLP out', adaLN: 'Modulation (adaLN)' };

/** Depths of a text such as "4, 6 8-10"; null when something in it is no depth. */
export function parseDepths(text: string): number[] | null {
  const out: number[] = [];
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const range = /^(\d+)(?:[-–](\d+))?$/.exec(part);
    if (!range) return null;
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (from < 1 || to < from || to > 1000 || to - from > 63) return null;
    for (let d = from; d <= to; d++) if (!out.includes(d)) out.push(d);
  }
  return out;
}

/** Where a checkpoint came from. */
export const ORIGINS = { pretrain: 'Pretrained', initialize: 'Initialised', train: 'Trained on', distill: 'Distilled', import: 'Imported', baseline: 'Compared' } as const;
