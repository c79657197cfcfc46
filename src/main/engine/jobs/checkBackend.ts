import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { checkOps, OP_TOLERANCE } from '../tensor/check/checkOps';
import { getBackend } from '../tensor/backends';
import { checkStep, measureStep } from '../tensor/measureStep';
import { progressReporter, throwIfCancelled, type JobContext } from './context';

/** Of ops and of training steps. The steps' large rate lets rounding grow from one to the next. */
const CPU = { ops: OP_TOLERANCE, steps: 2e-3 };
/** Graphics processors multiply in fewer bits than float32 has and approximate exp and tanh. */
const DEVICE = { ops: 2e-3, steps: 2e-3 };
/** 8 significant bits: the first loss is 0.4 % off, the fifth 10 %. */
const BFLOAT16 = { ops: 3e-2, steps: 0.15 };

/** Does the backend compute right here, and how fast? Throws `unsupported` with what differs, or with why it does not run at all. */
export async function checkBackendJob(job: JobOf<'checkBackend'>, context: JobContext): Promise<JobResult<'checkBackend'>> {
  const backend = getBackend(job.backend);
  const { id, name, available, reason, device, version } = await backend.describe();
  if (!available) throw new AppError('unsupported', `The backend "${name}" cannot be used here.`, { cause: reason ?? undefined, hint: 'See the Backends page for what it needs.' });
  const exact = device?.startsWith('CPU') ? CPU : DEVICE;
  const tolerance = id === 'tensorflow-bf16' ? BFLOAT16 : exact;
  let report: ((done: number) => void) | null = null;
  const ops = await checkOps(backend, (done, total) => {
    throwIfCancelled(context);
    (report ??= progressReporter(context, `checking ${name}`, total))(done);
  }, tolerance.ops);
  await checkStep(backend, tolerance.steps);
  return { id, name, device, version, ops, msPerStep: await measureStep(backend) };
}
