import { WEIGHT_TYPES, type DiTConfig } from '../../../shared/config';
import type { TensorMap, Tensors } from '../tensor/types';
import { tf } from '../tensor/tf';
import { biasName, weightName } from '../model/parameters';
import { cloneTensors, countNumbers, outerTensors, requireSameShape } from './blocks';
import { ditDefault } from './ditDefault';
import type { Initialization, ModelForm } from './types';

const PARTS = ['weight', 'bias'] as const;
const slot = (part: 'a' | 'b', type: (typeof WEIGHT_TYPES)[number], kind: (typeof PARTS)[number]) => `tleg.${part}.${type}.${kind}`;

/**
 * TLEG (Xia et al. 2024): theta_l = theta_a + (l / L) theta_b for block l = 0 .. L - 1, for weights and biases of all five
 * matrices. In the source both parts start as the vision transformer's own initialisation; here, accordingly, as DiT's own:
 * weights of a and b each as in the official start, biases zero, adaLN zero in both parts so that blocks start as the identity.
 * The source distils from a teacher's classes; a diffusion model is trained on the denoising loss instead. DiT's layer norms
 * have no parameters to tie.
 */
export function tlegForm(config: DiTConfig, trainable: TensorMap): ModelForm {
  return { config, ranks: null, trainable, frozen: {}, toDense: (parameters) => expand(parameters, config.depth) };
}

function expand(parameters: Tensors, depth: number): Tensors {
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('tleg.')) out[name] = value;
  for (const type of WEIGHT_TYPES) {
    for (const kind of PARTS) {
      const a = parameters[slot('a', type, kind)];
      const b = parameters[slot('b', type, kind)];
      for (let l = 0; l < depth; l++) {
        out[kind === 'weight' ? weightName(type, l) : biasName(type, l)] = tf.add(a, tf.mul(b, l / depth));
      }
    }
  }
  return out;
}

function tlegStart(config: DiTConfig, seed: number): TensorMap {
  const { tensors } = ditDefault({ ...config, depth: 2 }, seed);
  const trainable = outerTensors(tensors);
  for (const type of WEIGHT_TYPES) {
    (['a', 'b'] as const).forEach((part, block) => {
      trainable[slot(part, type, 'weight')] = tensors[weightName(type, block)];
      trainable[slot(part, type, 'bias')] = tensors[biasName(type, block)];
    });
  }
  return trainable;
}

/** The target uses the same two parts with its own depth in the formula, without any adaptation. */
export const tleg: Initialization = {
  id: 'tleg',
  label: 'TLEG',
  citation: 'Xia et al., "Transformer as Linear Expansion of Learngene", AAAI 2024',
  needs: 'own',
  changes: { depth: true, width: false },
  adaptation: { steps: 0, learningRate: null },
  source: (config, seed) => tlegForm(config, tlegStart(config, seed)),
  target(source, config) {
    requireSameShape('TLEG', source!, config);
    return tlegForm(config, cloneTensors(source!.tensors));
  },
  carried: (source) => countNumbers(source.tensors),
};
