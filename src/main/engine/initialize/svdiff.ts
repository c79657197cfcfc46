import type { DiTConfig } from '../../../shared/config';
import { parameterSpecs } from '../model/parameters';
import { tf } from '../tensor/tf';
import type { TensorMap, Tensors } from '../tensor/types';
import { cloneTensors, copyBlocks, countNumbers, requireSameShape } from './blocks';
import { zeros } from './draw';
import { fromMatrix, svd, toMatrix } from './linearAlgebra';
import { sourceLayers } from './truncatedSvd';
import type { Initialization, ModelForm, Source } from './types';

const part = (name: 'U' | 's' | 'V' | 'delta', tensor: string) => `svdiff.${name}.${tensor}`;

/** Every weight with rows and columns, those outside the blocks among them; a convolution is [out, in * kernel]. */
const matrices = (config: DiTConfig) => parameterSpecs(config, null).filter(({ shape }) => shape.length > 1);

/**
 * SVDiff (Han et al. 2023): W = U diag(relu(s + delta)) V^T from the full SVD of each trained matrix by itself, embedders and final
 * layer included; delta starts at zero and alone is trained, at a rate of 1e-3. Nothing is shared over layers. The method adapts
 * one size; for a target of another depth the layers are chosen as in `sourceLayers`. One-dimensional parameters (biases), which the
 * public code trains at a thousandth of that rate, are held fixed: in 300 steps they could move by 3e-4.
 */
function svdiffTarget(source: Source, config: DiTConfig): ModelForm {
  const frozen = cloneTensors(copyBlocks(source.tensors, sourceLayers(source.config.depth, config.depth)));
  const trainable: TensorMap = {};
  for (const { name } of matrices(config)) {
    const { U, s, V } = svd(toMatrix(frozen[name]));
    delete frozen[name];
    frozen[part('U', name)] = fromMatrix(U);
    frozen[part('V', name)] = fromMatrix(V);
    frozen[part('s', name)] = { shape: [s.length], data: Float32Array.from(s) };
    trainable[part('delta', name)] = zeros([s.length]);
  }
  return { config, ranks: null, trainable, frozen, toDense: (parameters) => expand(parameters, config) };
}

function expand(parameters: Tensors, config: DiTConfig): Tensors {
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('svdiff.')) out[name] = value;
  for (const { name, shape } of matrices(config)) {
    const s = tf.relu(tf.add(parameters[part('s', name)], parameters[part('delta', name)]));
    const scaled = tf.mul(parameters[part('U', name)], s);
    out[name] = tf.reshape(tf.matMul(scaled, parameters[part('V', name)], false, true), shape);
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
