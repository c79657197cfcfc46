import type { DiTConfig } from '../../../shared/config';
import type { ModelWeights } from '../model/types';
import { weightName } from '../model/parameters';
import { ditDefault } from './ditDefault';
import { normal } from './draw';
import type { Initialization } from './types';

/**
 * He et al. 2015, eq. 10: W ~ N(0, 2 / in) for qkv, proj, fc1 and fc2. The paper names no treatment of the rest of a DiT;
 * chosen here: everything else, the zeros of adaLN and of the final layer included, stays as in the official start.
 */
export function heStart(config: DiTConfig, seed: number): ModelWeights {
  const model = ditDefault(config, seed);
  for (let block = 0; block < config.depth; block++) {
    for (const type of ['qkv', 'proj', 'fc1', 'fc2'] as const) {
      const name = weightName(type, block);
      const { shape } = model.tensors[name];
      model.tensors[name] = normal(shape, Math.sqrt(2 / shape[1]), seed, `he.${name}`);
    }
  }
  return model;
}

export const he: Initialization = {
  id: 'he',
  label: 'He',
  citation: 'He et al., "Delving Deep into Rectifiers", ICCV 2015',
  needs: 'nothing',
  changes: { depth: true, width: true },
  adaptation: { steps: 0, learningRate: null },
  target: (_source, config, seed) => ({ config, ranks: null, trainable: heStart(config, seed).tensors, frozen: {} }),
  carried: () => 0,
};
