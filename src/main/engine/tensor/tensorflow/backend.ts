/**
 * libtensorflow through tfjs-node-gpu, op by op: on CUDA where there is a driver and on oneDNN otherwise. The package is
 * installed without its native part (a first start must not depend on a download of gigabytes); this backend exists as soon as
 * that part was installed.
 */
import { AppError } from '../../../../shared/errors';
import type { BackendInfo } from '../../../../shared/entities';
import { compileEager } from '../eager';
import '../ops/gelu';
import '../ops/layerNorm';
import type { Backend } from '../types';
import { loadTensorflow, TENSORFLOW } from './library';
import { threadsOf } from '../ort/threads';

function describe(id: string, name: string): BackendInfo {
  const info: BackendInfo = { id, name, available: false, reason: null, device: null, version: null, gflops: null };
  try {
    const binding = loadTensorflow(threadsOf());
    return { ...info, available: true, device: binding.isUsingGpuDevice() ? 'NVIDIA GPU (CUDA)' : 'CPU', version: binding.TF_Version };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...info, reason: [error.message, error.why, error.hint].filter(Boolean).join(' ') };
  }
}

export const tensorflowBackend: Backend = {
  id: 'tensorflow',
  async describe() {
    return describe('tensorflow', 'TensorFlow');
  },
  async compile(spec, options) {
    loadTensorflow(threadsOf(options));
    return compileEager(TENSORFLOW, spec);
  },
};
