import { ditDefault } from './ditDefault';
import type { Initialization } from './types';

/** Training from nothing with the official DiT start. */
export const scratch: Initialization = {
  id: 'scratch',
  label: 'DiT default',
  citation: 'Peebles & Xie, "Scalable Diffusion Models with Transformers", ICCV 2023',
  needs: 'nothing',
  changes: { depth: true, width: true },
  adaptation: { steps: 0, learningRate: null },
  target: (_source, config, seed) => ({ config, ranks: null, trainable: ditDefault(config, seed).tensors, frozen: {} }),
  carried: () => 0,
};
