/** Moving whole blocks and axes of official tensors about. */
import { AppError } from '../../../shared/errors';
import type { DiTConfig } from '../../../shared/config';
import type { HostTensor, TensorMap } from '../tensor/types';
import type { Source } from './types';

/** Everything outside the blocks: patch, timestep and label embedders and the final layer. */
export function outerTensors(tensors: TensorMap): TensorMap {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('x_embedder.') || name.startsWith('t_embedder.') || name.startsWith('y_embedder.') || name.startsWith('final_layer.')));
}

/** The tensors of one block, under the block index `as`. */
export function blockTensors(tensors: TensorMap, block: number, as = block): TensorMap {
  const prefix = `blocks.${block}.`;
  const out: TensorMap = {};
  for (const [name, value] of Object.entries(tensors)) if (name.startsWith(prefix)) out[`blocks.${as}.${name.slice(prefix.length)}`] = value;
  return out;
}

/** A target whose block i is the source's block `from[i]`, all else taken over. */
export function copyBlocks(tensors: TensorMap, from: readonly number[]): TensorMap {
  const out = outerTensors(tensors);
  from.forEach((block, i) => Object.assign(out, blockTensors(tensors, block, i)));
  return out;
}

/** Numbers in a set of tensors. */
export function countNumbers(tensors: TensorMap): number {
  return Object.values(tensors).reduce((sum, t) => sum + t.data.length, 0);
}

export function cloneTensors(tensors: TensorMap): TensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, { shape: [...t.shape], data: t.data.slice() }]));
}

/** Positions `indices` of one axis. */
export function takeAlong(t: HostTensor, axis: number, indices: readonly number[]): HostTensor {
  const outer = t.shape.slice(0, axis).reduce((p, n) => p * n, 1);
  const inner = t.shape.slice(axis + 1).reduce((p, n) => p * n, 1);
  const n = t.shape[axis];
  const data = new Float32Array(outer * indices.length * inner);
  for (let o = 0; o < outer; o++) {
    indices.forEach((from, to) => data.set(t.data.subarray((o * n + from) * inner, (o * n + from + 1) * inner), (o * indices.length + to) * inner));
  }
  return { shape: t.shape.map((size, a) => (a === axis ? indices.length : size)), data };
}

/** Refuses a target that differs from the source in anything but the depth (and, where `width` is true, hidden size and heads). */
export function requireSameShape(method: string, source: Source, target: DiTConfig, width = false): void {
  const fixed = ['inputSize', 'patchSize', 'inChannels', 'mlpRatio', 'numClasses', 'learnSigma', ...(width ? [] : (['hiddenSize', 'heads'] as const))] as const;
  for (const field of fixed) {
    if (source.config[field] !== target[field]) {
      throw new AppError('invalid-input', `${method} cannot start a model with ${field} ${target[field]} from one with ${field} ${source.config[field]}.`, {
        cause: width ? 'The method changes depth and width only.' : 'The method changes the depth only.',
        hint: `Set ${field} to ${source.config[field]}.`,
        field: `model.${field}`,
      });
    }
  }
}
