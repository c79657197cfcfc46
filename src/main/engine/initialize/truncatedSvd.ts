import { WEIGHT_TYPES, weightShape, type DiTConfig } from '../../../shared/config';
import type { TensorMap } from '../tensor/types';
import { weightName } from '../model/parameters';
import { cloneTensors, copyBlocks, countNumbers, outerTensors, requireSameShape } from './blocks';
import { fromMatrix, toMatrix, truncate } from './linearAlgebra';
import { endToEnd, firstN } from './selection';
import type { Initialization, Source } from './types';

/**
 * The rank at which independent factors of every source layer are as many numbers as FINE's shared factors of rank hiddenSize:
 * hiddenSize / depth of the source, at least 1.
 */
export const equalStorageRank = (config: DiTConfig) => Math.max(1, Math.floor(config.hiddenSize / config.depth));

/** The layers of the source that the target takes: the first ones, or evenly spread when the target is deeper. */
export const sourceLayers = (source: number, target: number) => (target <= source ? firstN(source, target) : endToEnd(source, target));

/** Each block weight replaced by its best approximation of `rank`, layer by layer, nothing shared. */
export function truncateBlocks(source: Source, config: DiTConfig, rank: number): TensorMap {
  const out = cloneTensors(copyBlocks(source.tensors, sourceLayers(source.config.depth, config.depth)));
  for (let block = 0; block < config.depth; block++) {
    for (const type of WEIGHT_TYPES) {
      const name = weightName(type, block);
      out[name] = fromMatrix(truncate(toMatrix(out[name]), rank));
    }
  }
  return out;
}

/**
 * Ablation A of FINE (arXiv 2409.19289): every layer's weights decomposed by themselves. The paper leaves open the rank and the
 * layers taken; chosen here: `equalStorageRank`, so that as much is stored as FINE stores, and `sourceLayers`. What is counted as
 * moved are the factors (and biases and outer tensors), not the products.
 */
export const truncatedSvd: Initialization = {
  id: 'svd',
  label: 'Independent truncated SVD',
  citation: 'FINE, arXiv 2409.19289, ablation of weight sharing',
  needs: 'dense',
  changes: { depth: true, width: false },
  adaptation: { steps: 0, learningRate: null },
  target(source, config) {
    requireSameShape('Truncated SVD', source!, config);
    return { config, ranks: null, trainable: truncateBlocks(source!, config, equalStorageRank(source!.config)), frozen: {} };
  },
  carried(source, config) {
    const layers = new Set(sourceLayers(source.config.depth, config.depth)).size;
    const { hiddenSize, mlpRatio } = config;
    const rank = equalStorageRank(source.config);
    let block = 0;
    for (const type of WEIGHT_TYPES) {
      const shape = weightShape(type, hiddenSize, mlpRatio);
      block += Math.min(rank, shape.out, shape.in) * (shape.out + shape.in) + shape.out;
    }
    return countNumbers(outerTensors(source.tensors)) + layers * block;
  },
};
