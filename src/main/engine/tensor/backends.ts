/** The registry of backends: one line each. */
import type { BackendId } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { tfjsCpuBackend } from './eagerCpu';
import type { Backend } from './types';

const BACKENDS: Partial<Record<BackendId, Backend>> = {
  'tfjs-cpu': tfjsCpuBackend,
};

/** The backend of that name, whether it can be used on this machine or not (`describe` tells). */
export function getBackend(id: Exclude<BackendId, 'auto'>): Backend {
  const backend = BACKENDS[id];
  if (!backend) throw new AppError('unsupported', `The backend "${id}" is not part of this build.`);
  return backend;
}

/** A usable backend: the one asked for, or for 'auto' the first of the preferred ones that works here. */
export async function resolveBackend(id: BackendId): Promise<Backend> {
  return getBackend(id === 'auto' ? 'tfjs-cpu' : id);
}
