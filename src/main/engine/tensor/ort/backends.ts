/** The backends that run a traced program in ONNX Runtime on the CPU. */
import type { Backend } from '../types';
import { compileWithApi } from './apiProgram';
import { compileNative } from './nativeProgram';
import { nativeRuntime } from './nativeSession';
import { threadsOf } from './threads';

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Parts of an activation of 8 MiB saved 1 to 6 % of a sigma-only step on an idle machine (7 to 11 % of processor time), a sixth on a busy one. */
const CACHED_BYTES = 2 ** 21;

export const onnxruntimeBackend: Backend = {
  id: 'onnxruntime',
  cachedBytes: CACHED_BYTES,
  async describe() {
    const base = { id: 'onnxruntime', name: 'ONNX Runtime', device: 'CPU', gflops: null };
    try {
      const { version } = await nativeRuntime();
      return { ...base, available: true, reason: null, version };
    } catch (error) {
      return { ...base, available: false, reason: message(error), version: null };
    }
  },
  compile: (spec, options) => compileNative(spec, { threads: threadsOf(options) }),
};

export const onnxruntimeApiBackend: Backend = {
  id: 'onnxruntime-api',
  cachedBytes: CACHED_BYTES,
  async describe() {
    const base = { id: 'onnxruntime-api', name: 'ONNX Runtime (JavaScript API)', device: 'CPU', gflops: null };
    try {
      const { env } = await import('onnxruntime-node');
      return { ...base, available: true, reason: null, version: env.versions.node ?? null };
    } catch (error) {
      return { ...base, available: false, reason: message(error), version: null };
    }
  },
  compile: (spec, options) => compileWithApi(spec, { threads: threadsOf(options), executionProvider: () => 'cpu', standardOps: false, stateOnDevice: false }),
};
