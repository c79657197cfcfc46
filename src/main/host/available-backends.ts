/** Which backends this machine has: asked of a worker once, as native libraries are loaded nowhere else. */
import type { BackendId } from '../../shared/config';
import type { BackendInfo } from '../../shared/entities';
import { toErrorInfo } from '../../shared/errors';
import type { HostContext } from './context';
import { refuse } from './plan';
import type { Problem } from './run-specs';

/** Comes whole with the program, so nobody has to be asked. */
const ALWAYS: readonly BackendId[] = ['auto', 'onnxruntime'];

const known = new WeakMap<HostContext, Promise<BackendInfo[]>>();

/** The answer without measurement is kept while the host lives; a measurement, or `forgetBackends`, asks anew. */
export function listBackends(context: HostContext, measure = false): Promise<BackendInfo[]> {
  let asked = measure ? undefined : known.get(context);
  if (!asked) {
    asked = context.tasks.run({ kind: 'backends', measure }, measure ? 'Measure the backends' : 'Look for backends') as Promise<BackendInfo[]>;
    known.set(context, asked);
    // A failed question is asked again.
    asked.catch(() => known.delete(context));
  }
  return asked;
}

/** After a backend was installed or removed. */
export function forgetBackends(context: HostContext): void {
  known.delete(context);
}

/** What stands against computing with `backend` here; null when nothing does, or when it cannot be known. */
export async function backendProblem(context: HostContext, backend: BackendId, field: string): Promise<Problem | null> {
  if (ALWAYS.includes(backend)) return null;
  let backends: BackendInfo[];
  try {
    backends = await listBackends(context);
  } catch (error) {
    // The worker that starts next will say what is wrong with this machine.
    if (toErrorInfo(error).code === 'cancelled') throw error;
    return null;
  }
  const found = backends.find(({ id }) => id === backend);
  if (found?.available) return null;
  const usable = backends.filter(({ available }) => available).map(({ id }) => id);
  return {
    code: 'unsupported',
    field,
    message: `The backend ${found?.name ?? backend} is not usable on this machine${found?.reason ? `: ${found.reason.replace(/\.$/, '')}` : ''}.`,
    hint: `Choose auto${usable.length > 0 ? `, or one of ${usable.join(', ')}` : ''}.`,
  };
}

/** Throws `unsupported` for a backend that this machine cannot use. */
export async function refuseUnavailable(context: HostContext, backend: BackendId, field: string): Promise<void> {
  const problem = await backendProblem(context, backend, field);
  if (problem) refuse([problem]);
}
