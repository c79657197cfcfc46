import type { JobOf, JobResult } from '../../../shared/worker';
import { listBackends } from '../tensor/backends';

/** What can compute on this machine, tried and, when asked, timed. */
export async function backendsJob(job: JobOf<'backends'>): Promise<JobResult<'backends'>> {
  return listBackends(job.measure);
}
