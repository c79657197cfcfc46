import { basename } from 'node:path';
import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { readLearngene, writeLearngene } from '../checkpoint/learngene';
import { type JobContext, throwIfCancelled } from './context';
import { learngeneFacts } from './learngeneFacts';

/** A learngene file of this application, made here or on another machine: checked whole, then copied. Errors as `readLearngene`. */
export async function importLearngeneJob(job: JobOf<'importLearngene'>, context: JobContext): Promise<JobResult<'importLearngene'>> {
  context.emit({ type: 'progress', phase: 'checking', done: 0, total: 2, perSecond: null, etaMs: null });
  const { bytes: _, sha256: __, ...content } = await readLearngene(job.sourceFile);
  for (const [name, { data }] of Object.entries(content.tensors))
    for (const value of data) if (!Number.isFinite(value)) throw new AppError('format', `The tensor "${name}" in ${basename(job.sourceFile)} holds values that are not finite numbers.`, { cause: 'The training that it comes from has probably diverged.', field: 'file', details: { tensor: name } });
  throwIfCancelled(context);
  context.emit({ type: 'progress', phase: 'copying', done: 1, total: 2, perSecond: null, etaMs: null });
  return learngeneFacts(content, await writeLearngene(job.learngeneFile, content));
}
