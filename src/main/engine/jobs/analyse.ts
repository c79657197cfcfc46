import type { JobOf, JobResult } from '../../../shared/worker';
import { bestWeights, readModel } from '../checkpoint/model';
import { analyseSigma } from '../fine/analysis';

/** Sigma of several checkpoints side by side. */
export async function analyseJob(job: JobOf<'analyse'>): Promise<JobResult<'analyse'>> {
  const models = [];
  for (const file of job.checkpointFiles) models.push(bestWeights(await readModel(file)));
  return analyseSigma(models);
}
