import { statSync } from 'node:fs';
import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { writeLearngene } from '../checkpoint/learngene';
import { bestWeights, readModel } from '../checkpoint/model';
import { CARRIED, extractLearngene, learngeneWarnings, uvHash } from '../fine/learngene';
import type { JobContext } from './context';

/** The learngene of a checkpoint: taken out of a factorised model, or found by decomposition of a dense one. */
export async function extractJob(job: JobOf<'extract'>, context: JobContext): Promise<JobResult<'extract'>> {
  const stored = await readModel(job.checkpointFile);
  const weights = bestWeights(stored);
  const source = weights.ranks ? { ...extractLearngene(weights), method: 'direct' as const, errors: null } : null;
  if (!source) throw new AppError('unsupported', 'dense');
  void context;
  const { bytes, sha256 } = await writeLearngene(job.learngeneFile, { ...source, diffusion: stored.diffusion, classNames: stored.classNames });
  return {
    method: source.method,
    hiddenSize: source.config.hiddenSize,
    ranks: source.ranks,
    sourceDepth: source.config.depth,
    carries: [...CARRIED],
    parameters: Object.values(source.tensors).reduce((sum, { data }) => sum + data.length, 0),
    bytes: bytes || statSync(job.learngeneFile).size,
    sha256,
    uvHash: uvHash(source.tensors),
    errors: source.errors,
    warnings: learngeneWarnings(source),
  };
}
