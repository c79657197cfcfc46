import type { DiTConfig } from '../../../shared/config';
import { parameterSpecs } from '../model/parameters';
import type { TensorMap } from '../tensor/types';
import { copyBlocks, countNumbers, requireSameShape, takeAlong } from './blocks';
import { endToEnd, evenlySpaced, firstN } from './selection';
import type { Initialization, Source } from './types';

/**
 * Weight selection (Xu et al. 2024): layers first, then elements. The blocks `from` of the source are taken in order, and every
 * tensor is thinned to the target's shape along each axis by `evenlySpaced`. As in the public code, qkv's 3d rows are thinned as
 * one axis, which keeps q, k and v apart exactly when the target's width divides the source's.
 * At equal width this is a copy of layers. The position table is a function of the shape and is not selected.
 */
export function selectWeights(source: Source, config: DiTConfig, from: readonly number[]): TensorMap {
  const layers = copyBlocks(source.tensors, from);
  const out: TensorMap = {};
  for (const { name, shape } of parameterSpecs(config, null)) {
    let tensor = layers[name];
    shape.forEach((size, axis) => {
      if (tensor.shape[axis] !== size) tensor = takeAlong(tensor, axis, evenlySpaced(tensor.shape[axis], size));
    });
    out[name] = { shape: [...shape], data: tensor.data.slice() };
  }
  return out;
}

type Choice = (source: number, target: number) => number[];

function selection(id: string, label: string, choose: Choice): Initialization {
  const from = (source: Source, config: DiTConfig) => choose(source.config.depth, config.depth);
  return {
    id,
    label,
    citation: 'Xu et al., "Initializing Models with Larger Ones", ICLR 2024',
    needs: 'dense',
    changes: { depth: true, width: true },
    adaptation: { steps: 0, learningRate: null },
    target(source, config) {
      requireSameShape(label, source!, config, true);
      return { config, ranks: null, trainable: selectWeights(source!, config, from(source!, config)), frozen: {} };
    },
    carried: (source, config) => numbersMoved(source, config, from(source, config)),
  };
}

/** The first N blocks, which the paper found better than spread ones; a deeper target repeats the last block. */
export const selectFirst = selection('select-first', 'Weight selection (first N)', firstN);

/** Blocks spread evenly from the first to the last; a deeper target repeats blocks in place. */
export const selectUniform = selection('select-uniform', 'Weight selection (uniform)', endToEnd);

/** A layer used twice is stored once; a thinned layer is stored thinned. */
function numbersMoved(source: Source, config: DiTConfig, from: number[]): number {
  const distinct = [...new Set(from)];
  return countNumbers(selectWeights(source, { ...config, depth: distinct.length }, distinct));
}
