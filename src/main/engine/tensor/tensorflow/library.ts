/**
 * libtensorflow in this process, through tfjs-node-gpu's binding. The package's entry point looks for the binding inside the
 * package; here it is loaded from where it was installed, and the rest of the package (its tfjs backend and kernels) is used as it is.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import { AppError } from '../../../../shared/errors';
import { registerComposedKernels } from '../ops/composed';
import { tf } from '../tf';
import { locateBinding, PACKAGE } from './place';

/** Name of the tfjs backend. */
export const TENSORFLOW = 'tensorflow';
export const INSTALL_HINT = 'Install it on the Backends page or with “fine backends install tensorflow”.';

const require = createRequire(import.meta.url);

/** What is used of tfjs-node's binding (dist/tfjs_binding.d.ts). Tensors are numbers that must be given back. */
export interface Binding {
  TF_Version: string;
  TF_FLOAT: number;
  TF_INT32: number;
  isUsingGpuDevice(): boolean;
  createTensor(shape: number[], dtype: number, data: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are lists with commas; returns one description per output. */
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): { id: number; shape: number[] }[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

let loaded: Binding | null = null;

/**
 * Loads the library into this process and registers its tfjs backend. The library reads the number of threads once, when it
 * starts, so the first caller's count holds. Throws `AppError('unsupported')` when it is not installed or cannot be loaded.
 */
export function loadTensorflow(threads: number): Binding {
  if (loaded) return loaded;
  const file = locateBinding();
  if (!file) throw new AppError('unsupported', 'TensorFlow’s native library is not installed.', { hint: INSTALL_HINT });
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  // Ops one after the other, each on all threads: side by side they get in each other's way (measured: 0.87 of the time).
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  // Otherwise it takes all memory of a graphics card at once, which others use too.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // Errors only: it would announce each start with the processor's features.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // tfjs-node 4.22 calls functions that Node 23 removed.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  const binding = loadBinding(file);
  registerBackend(binding);
  loaded = binding;
  return binding;
}

function loadBinding(file: string): Binding {
  try {
    return require(file) as Binding;
  } catch (error) {
    throw new AppError('unsupported', 'TensorFlow’s native library cannot be loaded.', { cause: (error as Error).message.split('\n')[0], hint: 'Remove it and install it again: it may have been built for another system.' });
  }
}

function registerBackend(binding: Binding): void {
  const previous = tf.getBackend();
  // The package brings the whole of tfjs with it, which complains of every kernel that is there already.
  const quiet = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    require(`${PACKAGE}/dist/register_all_kernels`);
    const { NodeJSKernelBackend } = require(`${PACKAGE}/dist/nodejs_kernel_backend`) as { NodeJSKernelBackend: new (binding: Binding, name: string) => ReturnType<typeof tf.backend> };
    tf.registerBackend(TENSORFLOW, () => new NodeJSKernelBackend(binding, PACKAGE));
  } finally {
    tf.env().set('PROD', quiet);
  }
  if (previous) void tf.setBackend(previous);
  registerComposedKernels(TENSORFLOW);
}
