/** Width, heads and patches of an initialisation, where they are not the learngene's own. */
import { type DiTConfig, RESIZE_METHODS, type ResizeMethod } from './config';
import type { SigmaOptions } from './worker';

interface Wish {
  hiddenSize?: number;
  heads?: number;
  patchSize?: number;
  /** RESIZE_METHODS' first when left out. */
  resizeMethod?: ResizeMethod;
}

export interface TargetShape {
  model: DiTConfig;
  sigma: Pick<SigmaOptions, 'resize' | 'tuneOuter'>;
  /** For names: empty, or ", width 64". */
  label: string;
}

/**
 * Another width or patch size gives other embedders and another final layer, too; these are then tuned along. Other heads alone
 * leave them as they were.
 */
export function targetShape(own: DiTConfig, wish: Wish): TargetShape {
  const { hiddenSize = own.hiddenSize, heads = own.heads, patchSize = own.patchSize } = wish;
  const model = { ...own, hiddenSize, heads, patchSize };
  const changed = [
    ...(hiddenSize === own.hiddenSize ? [] : [`width ${hiddenSize}`]),
    ...(heads === own.heads ? [] : [`${heads} ${heads === 1 ? 'head' : 'heads'}`]),
    ...(patchSize === own.patchSize ? [] : [`patch ${patchSize}`]),
  ];
  if (changed.length === 0) return { model, sigma: { resize: null, tuneOuter: false }, label: '' };
  return {
    model,
    sigma: { resize: { hiddenSize, heads, patchSize, method: wish.resizeMethod ?? RESIZE_METHODS[0] }, tuneOuter: hiddenSize !== own.hiddenSize || patchSize !== own.patchSize },
    label: `, ${changed.join(', ')}`,
  };
}
