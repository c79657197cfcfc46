import type { JobOf, JobResult } from '../../../shared/worker';
import { prepareDataset } from '../data/prepare';
import { type JobContext, progressReporter } from './context';

/** Pictures from a folder, an archive or the built-in set to a prepared dataset. */
export async function datasetJob(job: JobOf<'dataset'>, context: JobContext): Promise<JobResult<'dataset'>> {
  let report: ((done: number) => void) | null = null;
  return prepareDataset({
    source: job.source,
    sourceKind: job.sourceKind,
    size: job.size,
    name: job.name,
    datasetDir: job.datasetDir,
    onProgress: (done, total) => (report ??= progressReporter(context, 'reading pictures', total))(done),
    signal: context.signal,
  });
}
