import type { DiTConfig } from '../../../shared/config';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { HostTensor, TensorMap } from '../tensor/types';
import { normal, uniform, zeros } from './draw';

/**
 * The start of the official DiT (Peebles & Xie 2023, `initialize_weights`): every block weight and the patch embedding,
 * seen as [hiddenSize, channels * patch * patch], uniform in +-sqrt(6 / (in + out)) (Glorot & Bengio 2010; qkv is one
 * [3 * hiddenSize, hiddenSize] matrix); label table and timestep MLP normal with deviation 0.02; every bias, adaLN of the
 * blocks and the whole final layer zero (adaLN-Zero), so that each block starts as the identity.
 *
 * Each tensor draws from its own stream, keyed by `seed` and the tensor's name: a deeper model starts with the same first blocks.
 */
export function ditDefault(config: DiTConfig, seed: number): ModelWeights {
  const tensors: TensorMap = {};
  for (const { name, shape } of parameterSpecs(config, null)) tensors[name] = defaultTensor(name, shape, seed);
  return { config, ranks: null, tensors };
}

/** One tensor of the official start, by its official name. */
export function defaultTensor(name: string, shape: number[], seed: number): HostTensor {
  if (name.endsWith('.bias') || name.includes('adaLN_modulation') || name.startsWith('final_layer.')) return zeros(shape);
  if (name.startsWith('y_embedder.') || name.startsWith('t_embedder.')) return normal(shape, 0.02, seed, name);
  const out = shape[0];
  const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
  return uniform(shape, Math.sqrt(6 / (fanIn + out)), seed, name);
}
