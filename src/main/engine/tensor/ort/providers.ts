/**
 * ONNX Runtime on other hardware: the execution providers that the installed onnxruntime-node may carry. WebGPU is in the
 * package for every platform; CUDA, DirectML and CoreML where the platform's build has them. Whether one works is found out
 * by running a product on it, because a missing driver shows only then.
 */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { BackendInfo } from '../../../../shared/entities';
import { checkBackend } from '../measure';
import type { Backend } from '../types';
import { compileWithApi } from './apiProgram';
import { locateLibrary } from './library';
import { threadsOf } from './threads';

interface Provider {
  id: 'webgpu' | 'cuda' | 'directml' | 'coreml';
  /** Name of the provider in ONNX Runtime. */
  provider: string;
  name: string;
  device: string;
  platforms: readonly NodeJS.Platform[];
  /** What a person has to do when the driver or the library is missing. */
  needs: string;
}

const PROVIDERS: readonly Provider[] = [
  { id: 'webgpu', provider: 'webgpu', name: 'ONNX Runtime on WebGPU', device: 'GPU (Vulkan, Direct3D 12 or Metal)', platforms: ['linux', 'win32', 'darwin'], needs: 'A graphics driver with Vulkan, Direct3D 12 or Metal.' },
  { id: 'cuda', provider: 'cuda', name: 'ONNX Runtime on CUDA', device: 'NVIDIA GPU', platforms: ['linux', 'win32'], needs: "An NVIDIA driver, CUDA 12 with cuDNN 9, and onnxruntime-node's CUDA libraries (its install script fetches them)." },
  { id: 'directml', provider: 'dml', name: 'ONNX Runtime on DirectML', device: 'Direct3D 12 GPU', platforms: ['win32'], needs: 'Windows 10 or later with a Direct3D 12 driver.' },
  { id: 'coreml', provider: 'coreml', name: 'ONNX Runtime on Core ML', device: 'Apple GPU and neural engine', platforms: ['darwin'], needs: 'macOS on Apple silicon.' },
];

/** The complaint of the runtime, without the source locations and assertions around it. */
function complaint(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\/\S*onnxruntime\S*\.cc:\d+ .*? was false\. /, '').split('\n')[0].slice(0, 300);
}

function providerBackend({ id, provider, name, device, platforms, needs }: Provider): Backend {
  let described: Promise<BackendInfo> | null = null;
  const backend: Backend = {
    id,
    describe() {
      described ??= probe();
      return described.then((info) => ({ ...info }));
    },
    compile: (spec, options) => compileWithApi(spec, { threads: threadsOf(options), executionProvider: (names) => (provider === 'webgpu' ? webgpuOptions(names) : provider), standardOps: true, stateOnDevice: provider === 'webgpu' }),
  };
  async function probe(): Promise<BackendInfo> {
    const info: BackendInfo = { id, name, available: false, reason: null, device, version: null, gflops: null };
    if (!platforms.includes(process.platform)) return { ...info, reason: `Only on ${platforms.map((platform) => PLATFORM_NAMES[platform]).join(', ')}.` };
    try {
      const { env, listSupportedBackends } = await import('onnxruntime-node');
      info.version = env.versions.node ?? null;
      if (!listSupportedBackends().some((supported) => supported.name === provider)) return { ...info, reason: `The installed onnxruntime-node has no ${provider} provider. Needed: ${needs}` };
      if (id === 'cuda' && !hasCudaLibraries()) return { ...info, reason: `The CUDA libraries are not installed beside onnxruntime-node. Needed: ${needs}` };
      await checkBackend(backend);
      return { ...info, available: true };
    } catch (error) {
      return { ...info, reason: `${complaint(error)} Needed: ${needs}` };
    }
  }
  return backend;
}

/**
 * Vulkan and Direct3D promise no digits of a sine beyond half a turn, and the angles of a timestep go up to a thousand. The processor
 * has these few numbers at once.
 */
function webgpuOptions(nodeNames: readonly string[]): InferenceSession.ExecutionProviderConfig {
  const forceCpuNodeNames = nodeNames.filter((name) => /^(Sin|Cos)_/.test(name));
  return { name: 'webgpu', ...(forceCpuNodeNames.length > 0 ? { forceCpuNodeNames } : {}) };
}

/** Looked for beforehand: the runtime writes its failure to find them to the terminal. */
function hasCudaLibraries(): boolean {
  const library = locateLibrary();
  return library !== null && readdirSync(dirname(library)).some((file) => file.includes('providers_cuda'));
}

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

export const providerBackends = PROVIDERS.map(providerBackend);
