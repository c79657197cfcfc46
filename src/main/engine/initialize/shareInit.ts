import { WEIGHT_TYPES, type DiTConfig } from '../../../shared/config';
import type { TensorMap, Tensors } from '../tensor/types';
import { biasName, weightName } from '../model/parameters';
import { cloneTensors, countNumbers, requireSameShape } from './blocks';
import { ditDefault } from './ditDefault';
import type { Initialization, ModelForm } from './types';

/**
 * One block whose weights stand at every position of the model ("blocks.0" of the form). No public code of Share-Init was
 * found; chosen here: a single tied block (weight sharing in one stage), trained at the source's depth on the denoising loss
 * and copied to every block of the target.
 */
function tiedForm(config: DiTConfig, trainable: TensorMap): ModelForm {
  return { config, ranks: null, trainable, frozen: {}, toDense: (parameters) => repeatBlock(parameters, config.depth) };
}

function repeatBlock(parameters: Tensors, depth: number): Tensors {
  const out: Tensors = { ...parameters };
  for (let l = 1; l < depth; l++) {
    for (const type of WEIGHT_TYPES) {
      out[weightName(type, l)] = parameters[weightName(type, 0)];
      out[biasName(type, l)] = parameters[biasName(type, 0)];
    }
  }
  return out;
}

export const shareInit: Initialization = {
  id: 'share',
  label: 'Share Init',
  citation: 'Lan et al., "ALBERT", ICLR 2020 (tied blocks), as a baseline of Xia et al. 2024',
  needs: 'own',
  changes: { depth: true, width: false },
  adaptation: { steps: 0, learningRate: null },
  source: (config, seed) => tiedForm(config, ditDefault({ ...config, depth: 1 }, seed).tensors),
  target(source, config) {
    requireSameShape('Share Init', source!, config);
    return tiedForm(config, cloneTensors(source!.tensors));
  },
  carried: (source) => countNumbers(source.tensors),
};
