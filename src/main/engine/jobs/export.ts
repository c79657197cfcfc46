import type { JobOf, JobResult } from '../../../shared/worker';
import { exportCheckpoint } from '../export/exportCheckpoint';
import { type JobContext, progressReporter } from './context';

/** A checkpoint as an ONNX bundle or as safetensors, compared with the engine on the spot. */
export async function exportJob(job: JobOf<'export'>, context: JobContext): Promise<JobResult<'export'>> {
  const reporters = new Map<string, (done: number) => void>();
  return exportCheckpoint({
    ...job,
    signal: context.signal,
    onProgress(phase, done, total) {
      const report = reporters.get(phase) ?? progressReporter(context, phase, total);
      reporters.set(phase, report);
      report(done);
    },
  });
}
