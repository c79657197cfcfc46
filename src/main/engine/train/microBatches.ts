/** In how many parts a batch goes through the model within one step. */
import type { DiTConfig } from '../../../shared/config';
import { tf } from '../tensor/tf';
import type { Tensors } from '../tensor/types';

/** More parts make the graph, and the time to prepare it, longer, and were no faster. */
const MOST = 4;

/**
 * The fewest equal parts of at most `MOST` in which the largest activation (channels of the MLP, or attention weights; float32)
 * has at most `cachedBytes`, or else the most; 1 without a limit.
 */
export function microBatches({ inputSize, patchSize, hiddenSize, heads, mlpRatio }: DiTConfig, batchSize: number, cachedBytes: number | undefined): number {
  if (!cachedBytes) return 1;
  const tokens = (inputSize / patchSize) ** 2;
  const perSample = 4 * tokens * Math.max(mlpRatio * hiddenSize, heads * tokens);
  const choices = Array.from({ length: MOST }, (_, i) => i + 1).filter((parts) => batchSize % parts === 0);
  return choices.find((parts) => (batchSize / parts) * perSample <= cachedBytes) ?? choices.at(-1)!;
}

/** The mean of `f` over equal parts of the batch: `given` are tensors with the batch in their first axis. */
export function meanOverParts(parts: number, given: Tensors, f: (part: Tensors) => tf.Tensor): tf.Tensor {
  if (parts === 1) return f(given);
  const split = Object.entries(given).map(([name, tensor]) => [name, tf.split(tensor, parts, 0)] as const);
  const values = Array.from({ length: parts }, (_, i) => f(Object.fromEntries(split.map(([name, pieces]) => [name, pieces[i]]))));
  return tf.mul(tf.addN(values), 1 / parts);
}
