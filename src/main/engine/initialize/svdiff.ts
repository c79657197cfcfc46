import { WEIGHT_TYPES, type DiTConfig } from '../../../shared/config';
import { tf } from '../tensor/tf';
import type { TensorMap, Tensors } from '../tensor/types';
import { weightName } from '../model/parameters';
import { cloneTensors, copyBlocks, countNumbers, requireSameShape } from './blocks';
import { zeros } from './draw';
import { fromMatrix, svd, toMatrix } from './linearAlgebra';
import { sourceLayers } from './truncatedSvd';
import type { Initialization, ModelForm, Source } from './types';

const part = (name: 'U' | 's' | 'V' | 'delta', block: number, type: (typeof WEIGHT_TYPES)[number]) => `svdiff.${name}.${block}.${type}`;

/**
 * SVDiff (Han et al. 2023): W = U diag(relu(s + delta)) V^T from the full SVD of each layer's own trained matrix; delta starts at
 * zero and alone is trained, at a rate of 1e-3. Nothing is shared over layers. The method adapts one size; for a target of another
 * depth the layers are chosen as in `sourceLayers`. One-dimensional parameters, which the public code trains at a thousandth of that
 * rate, are held fixed, and so is everything outside the block matrices.
 */
function svdiffTarget(source: Source, config: DiTConfig): ModelForm {
  const frozen = cloneTensors(copyBlocks(source.tensors, sourceLayers(source.config.depth, config.depth)));
  const trainable: TensorMap = {};
  for (let block = 0; block < config.depth; block++) {
    for (const type of WEIGHT_TYPES) {
      const name = weightName(type, block);
      const { U, s, V } = svd(toMatrix(frozen[name]));
      delete frozen[name];
      frozen[part('U', block, type)] = fromMatrix(U);
      frozen[part('V', block, type)] = fromMatrix(V);
      frozen[part('s', block, type)] = { shape: [s.length], data: Float32Array.from(s) };
      trainable[part('delta', block, type)] = zeros([s.length]);
    }
  }
  return { config, ranks: null, trainable, frozen, toDense: (parameters) => expand(parameters, config.depth) };
}

function expand(parameters: Tensors, depth: number): Tensors {
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('svdiff.')) out[name] = value;
  for (let block = 0; block < depth; block++) {
    for (const type of WEIGHT_TYPES) {
      const s = tf.relu(tf.add(parameters[part('s', block, type)], parameters[part('delta', block, type)]));
      const scaled = tf.mul(parameters[part('U', block, type)], s);
      out[weightName(type, block)] = tf.matMul(scaled, parameters[part('V', block, type)], false, true);
    }
  }
  return out;
}

export const svdiff: Initialization = {
  id: 'svdiff',
  label: 'SVDiff',
  citation: 'Han et al., "SVDiff: Compact Parameter Space for Diffusion Fine-Tuning", ICCV 2023',
  needs: 'dense',
  changes: { depth: true, width: false },
  adaptation: { steps: 300, learningRate: 1e-3 },
  target(source, config) {
    requireSameShape('SVDiff', source!, config);
    return svdiffTarget(source!, config);
  },
  carried: (source, config) => countNumbers(copyBlocks(source.tensors, [...new Set(sourceLayers(source.config.depth, config.depth))])),
};
