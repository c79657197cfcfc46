import { uniformRanks } from '../../../shared/config';
import type { JobOf, JobResult } from '../../../shared/worker';
import { writeLearngene } from '../checkpoint/learngene';
import { bestWeights, readModel } from '../checkpoint/model';
import { decompose } from '../fine/decompose';
import { extractLearngene } from '../fine/learngene';
import { resolveBackend } from '../tensor/backends';
import { type JobContext, progressReporter, throwIfCancelled } from './context';
import { learngeneFacts } from './learngeneFacts';

/** The learngene of a checkpoint: taken out of a factorised model, or found by decomposition of a dense one. */
export async function extractJob(job: JobOf<'extract'>, context: JobContext): Promise<JobResult<'extract'>> {
  const stored = await readModel(job.checkpointFile);
  const weights = bestWeights(stored);
  const source = weights.ranks ? { weights, errors: null } : await decomposed(job, weights, context);
  const method = weights.ranks ? ('direct' as const) : ('cp-als' as const);
  const learngene = extractLearngene(source.weights);
  const content = { ...learngene, method, errors: source.errors, diffusion: stored.diffusion, classNames: stored.classNames };
  const written = await writeLearngene(job.learngeneFile, content);
  return learngeneFacts(content, written);
}

async function decomposed(job: JobOf<'extract'>, weights: Parameters<typeof decompose>[0], context: JobContext): ReturnType<typeof decompose> {
  let report: ((done: number) => void) | null = null;
  return decompose(weights, {
    ranks: job.ranks ?? uniformRanks(weights.config.hiddenSize),
    iterations: job.iterations,
    seed: 0,
    backend: await resolveBackend('auto'),
    onProgress: (done, total) => {
      throwIfCancelled(context);
      (report ??= progressReporter(context, 'decomposing', total))(done);
    },
  });
}
