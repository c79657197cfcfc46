import type { JobOf, JobResult } from '../../../shared/worker';
import { installTensorflow } from '../tensor/tensorflow/install/install';
import type { JobContext } from './context';

/** TensorFlow's native library, from the sources that npm and pip are configured for. */
export async function installBackendJob({ folder, stage, cuda, build }: JobOf<'installBackend'>, context: JobContext): Promise<JobResult<'installBackend'>> {
  return installTensorflow({ folder, stage, cuda, build, signal: context.signal, report: (phase, done, total) => context.emit({ type: 'progress', phase, done, total, perSecond: null, etaMs: null }) });
}
