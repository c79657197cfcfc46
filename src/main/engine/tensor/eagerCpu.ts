/** tfjs's own CPU backend (plain JavaScript loops): the slow reference that every other backend is compared with. */
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { compileEager } from './eager';
import './ops/gelu';
import './ops/layerNorm';
import { registerComposedKernels } from './ops/composed';
import { tf } from './tf';
import type { Backend } from './types';

export const TFJS_CPU = 'cpu';

/** Makes 'cpu' usable as a tfjs backend with all kernels of ours; does not select it. */
export function prepareEagerCpu(): void {
  registerComposedKernels(TFJS_CPU);
  // tfjs makes its backends anew when it chooses its default, so that has to be over before one is touched.
  tf.backend();
  // tfjs advises at its first tensor to install tfjs-node; the choice of backends is explained elsewhere.
  const backend = tf.findBackend(TFJS_CPU) as unknown as { firstUse: boolean };
  backend.firstUse = false;
}

export const tfjsCpuBackend: Backend = {
  id: 'tfjs-cpu',
  async describe() {
    return { id: 'tfjs-cpu', name: 'tfjs CPU (reference)', available: true, reason: null, device: 'CPU, one thread', version: version_cpu, gflops: null };
  },
  async compile(spec) {
    prepareEagerCpu();
    return compileEager(TFJS_CPU, spec);
  },
};
