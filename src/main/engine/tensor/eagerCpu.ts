/** tfjs's own CPU backend (plain JavaScript loops): the slow reference that every other backend is compared with. */
import '@tensorflow/tfjs-backend-cpu';
import { tf } from './tf';
import './ops/gelu';
import './ops/layerNorm';
import { registerComposedKernels } from './ops/composed';

export const TFJS_CPU = 'cpu';

/** Makes 'cpu' usable as a tfjs backend with all kernels of ours; does not select it. */
export function prepareEagerCpu(): void {
  registerComposedKernels(TFJS_CPU);
  // tfjs advises at its first tensor to install tfjs-node; the choice of backends is explained elsewhere.
  const backend = tf.findBackend(TFJS_CPU) as unknown as { firstUse: boolean };
  backend.firstUse = false;
}
