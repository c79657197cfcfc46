/**
 * libtensorflow through tfjs-node-gpu, on CUDA where there is a driver and on oneDNN otherwise. The package is installed without
 * its native part (a first start must not depend on a download of gigabytes); these backends exist as soon as that part was installed.
 */
import type { BackendInfo } from '../../../../shared/entities';
import { AppError } from '../../../../shared/errors';
import { compileEager } from '../eager';
import '../ops/gelu';
import '../ops/layerNorm';
import { threadsOf } from '../ort/threads';
import type { Backend, Program, ProgramSpec } from '../types';
import { compileGraph } from './graph/program';
import { loadTensorflow, TENSORFLOW, type Binding } from './library';
import { isInstalled } from './place';

function describe(id: Backend['id'], name: string, threads: number): BackendInfo {
  const info: BackendInfo = { id, name, available: false, reason: null, device: null, version: null, gflops: null, installed: isInstalled() };
  try {
    const binding = loadTensorflow(threads);
    return { ...info, available: true, device: binding.isUsingGpuDevice() ? 'NVIDIA GPU (CUDA)' : 'CPU', version: binding.TF_Version };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...info, reason: [error.message, error.why, error.hint].filter(Boolean).join(' ') };
  }
}

function variant(id: Backend['id'], name: string, compile: (binding: Binding, spec: ProgramSpec) => Program | Promise<Program>): Backend {
  return {
    id,
    describe: async (options) => describe(id, name, threadsOf(options)),
    compile: async (spec, options) => compile(loadTensorflow(threadsOf(options)), spec),
  };
}

export const tensorflowBackends: readonly Backend[] = [
  variant('tensorflow', 'TensorFlow', (binding, spec) => compileGraph(binding, spec)),
  variant('tensorflow-bf16', 'TensorFlow, products in bfloat16', (binding, spec) => compileGraph(binding, spec, { bfloat16: true })),
  variant('tensorflow-eager', 'TensorFlow, op by op', (_binding, spec) => compileEager(TENSORFLOW, spec)),
];
