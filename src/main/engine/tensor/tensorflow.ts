/**
 * libtensorflow through tfjs-node-gpu: eager, op by op, on CUDA where there is a driver and on oneDNN otherwise. The package is
 * installed without its native part (a first start must not depend on a download of gigabytes); this backend exists as soon as
 * that part lies where the package looks for it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import type { BackendInfo } from '../../../shared/entities';
import { AppError } from '../../../shared/errors';
import { compileEager } from './eager';
import { registerComposedKernels } from './ops/composed';
import './ops/gelu';
import './ops/layerNorm';
import { tf } from './tf';
import type { Backend } from './types';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const TENSORFLOW = 'tensorflow';
const BINDING = 'tfjs_binding.node';
const HINT = 'Provide its native library first: build the binding against a current TensorFlow (docs/backends.md), then restart.';

const require = createRequire(import.meta.url);

/** Path of the native binding, or null. */
export function locateBinding(): string | null {
  let root: string;
  try {
    root = dirname(require.resolve(`${PACKAGE}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  const lib = join(root, 'lib');
  if (!existsSync(lib)) return null;
  const folder = readdirSync(lib).find((name) => name.startsWith('napi-') && existsSync(join(lib, name, BINDING)));
  return folder ? join(lib, folder, BINDING) : null;
}

interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

let loading: NodeBackend | null = null;

/** Loads the package into this process; it registers its backend and kernels in the engine that all copies of tfjs share. */
function load(): NodeBackend {
  if (loading) return loading;
  if (!locateBinding()) throw new AppError('unsupported', 'The native library of tfjs-node-gpu is not installed.', { hint: HINT });
  const previous = tf.getBackend();
  // tfjs-node 4.22 calls functions that Node 23 removed.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  // The package brings the whole of tfjs with it, which complains of every kernel that is there already.
  const quiet = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    require(PACKAGE);
  } finally {
    tf.env().set('PROD', quiet);
  }
  const backend = tf.findBackend(TENSORFLOW) as unknown as NodeBackend | null;
  if (!backend) throw new AppError('unsupported', 'tfjs-node-gpu did not start.', { hint: HINT });
  if (previous) void tf.setBackend(previous);
  registerComposedKernels(TENSORFLOW);
  loading = backend;
  return backend;
}

export const tensorflowBackend: Backend = {
  id: 'tensorflow',
  async describe() {
    const info: BackendInfo = { id: 'tensorflow', name: 'TensorFlow (tfjs-node-gpu)', available: false, reason: null, device: null, version: null, gflops: null };
    try {
      const backend = load();
      return { ...info, available: true, device: backend.isUsingGpuDevice ? 'NVIDIA GPU (CUDA)' : 'CPU', version: backend.binding.TF_Version };
    } catch (error) {
      const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return { ...info, reason: error instanceof AppError ? `${message} ${error.hint}` : `${message} ${HINT}` };
    }
  },
  async compile(spec) {
    load();
    return compileEager(TENSORFLOW, spec);
  },
};
