import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { checkOps, OP_TOLERANCE } from '../tensor/check/checkOps';
import { getBackend } from '../tensor/backends';
import { checkStep, measureStep } from '../tensor/measureStep';
import { progressReporter, throwIfCancelled, type JobContext } from './context';

/** Graphics processors multiply in fewer bits than float32 has and approximate exp and tanh; bfloat16 has 8 significant bits. */
const DEVICE_TOLERANCE = 2e-3;
const BFLOAT16_TOLERANCE = 3e-2;

/** Does the backend compute right here, and how fast? Throws `unsupported` with what differs, or with why it does not run at all. */
export async function checkBackendJob(job: JobOf<'checkBackend'>, context: JobContext): Promise<JobResult<'checkBackend'>> {
  const backend = getBackend(job.backend);
  const { id, name, available, reason, device, version } = await backend.describe();
  if (!available) throw new AppError('unsupported', `The backend "${name}" cannot be used here.`, { cause: reason ?? undefined, hint: 'See the Backends page for what it needs.' });
  const onDevice = device?.startsWith('CPU') ? OP_TOLERANCE : DEVICE_TOLERANCE;
  const tolerance = id === 'tensorflow-bf16' ? BFLOAT16_TOLERANCE : onDevice;
  let report: ((done: number) => void) | null = null;
  const ops = await checkOps(backend, (done, total) => {
    throwIfCancelled(context);
    (report ??= progressReporter(context, `checking ${name}`, total))(done);
  }, tolerance);
  await checkStep(backend, Math.max(tolerance, DEVICE_TOLERANCE));
  return { id, name, device, version, ops, msPerStep: await measureStep(backend) };
}
