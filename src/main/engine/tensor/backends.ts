/** The registry of backends: one line each. */
import { AUTO_BACKENDS, type BackendId } from '../../../shared/config';
import type { BackendInfo } from '../../../shared/entities';
import { chooseBackend, rememberedChoice } from './auto';
import { tfjsCpuBackend } from './eagerCpu';
import { AppError } from '../../../shared/errors';
import { checkBackend, measureGflops } from './measure';
import { onnxruntimeApiBackend, onnxruntimeBackend } from './ort/backends';
import { providerBackends } from './ort/providers';
import { tensorflowBackends } from './tensorflow/backend';
import type { Backend } from './types';

type ConcreteId = Exclude<BackendId, 'auto'>;

const BACKENDS = new Map<ConcreteId, Backend>([onnxruntimeBackend, onnxruntimeApiBackend, ...providerBackends, ...tensorflowBackends, tfjsCpuBackend].map((backend) => [backend.id, backend]));

/** The backend of that name, whether it can be used on this machine or not (`describe` tells). */
export function getBackend(id: ConcreteId): Backend {
  const backend = BACKENDS.get(id);
  if (!backend) throw new AppError('unsupported', `The backend "${id}" is not part of this build.`);
  return backend;
}

/**
 * A usable backend: the one asked for (`AppError('unsupported')` with the reason when it does not work here), or for 'auto'
 * the one that was found the fastest on this machine (auto.ts), or as long as none was, the first that is available and
 * computes a small product right.
 */
export async function resolveBackend(id: BackendId, options?: { threads?: number }): Promise<Backend> {
  if (id !== 'auto') {
    const backend = getBackend(id);
    const info = await backend.describe(options);
    if (!info.available) throw new AppError('unsupported', `The backend "${info.name}" cannot be used here.`, { cause: info.reason ?? undefined, hint: 'Choose "auto", or see the Backends page.' });
    return backend;
  }
  const remembered = rememberedChoice();
  if (remembered) {
    const backend = getBackend(remembered.id);
    if ((await backend.describe(options)).available) return backend;
  }
  const reasons: string[] = [];
  for (const candidate of AUTO_BACKENDS) {
    const backend = getBackend(candidate);
    const info = await backend.describe();
    if (!info.available) {
      reasons.push(`${candidate}: ${info.reason}`);
      continue;
    }
    try {
      await checkBackend(backend);
      return backend;
    } catch (error) {
      reasons.push(`${candidate}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new AppError('unsupported', 'No backend works on this machine.', { details: reasons });
}

/**
 * Every backend with its state on this machine. With `measure`, those that work are timed (float32 matrix products and a small
 * training step), and what "auto" takes is decided anew.
 */
export async function listBackends(measure: boolean): Promise<BackendInfo[]> {
  const infos: BackendInfo[] = [];
  for (const backend of BACKENDS.values()) {
    const info = await backend.describe();
    if (measure && info.available) {
      try {
        await checkBackend(backend);
        // The JavaScript reference would need seconds for what the others do in milliseconds.
        const load = backend.id === 'tfjs-cpu' ? { size: 128, repeats: 1, runs: 2 } : { size: 512, repeats: 8, runs: 4 };
        info.gflops = await measureGflops(backend, load);
      } catch (error) {
        info.available = false;
        info.reason = error instanceof Error ? error.message : String(error);
      }
    }
    infos.push(info);
  }
  const usable = infos.filter((info) => info.available).map((info) => getBackend(info.id as ConcreteId));
  const choice = measure ? await chooseBackend(usable) : rememberedChoice();
  return infos.map((info) => (choice?.notes[info.id] ? { ...info, auto: { chosen: choice.id === info.id, note: choice.notes[info.id] } } : info));
}
