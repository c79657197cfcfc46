/** Where distillation starts: the shared factors that decomposition finds for the dense model, which stays the teacher. */
import { join } from 'node:path';
import { AppError } from '../../../shared/errors';
import type { JobOf } from '../../../shared/worker';
import { readLearngene, writeLearngene } from '../checkpoint/learngene';
import { bestWeights, readModel } from '../checkpoint/model';
import type { OpenDataset } from '../data/open';
import { type Decomposed, decompose } from '../fine/decompose';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { Backend } from '../tensor/types';
import { type JobContext, progressReporter, throwIfCancelled } from './context';

export interface DistillStart extends Decomposed {
  teacher: ModelWeights;
}

/** Kept in the run's folder, so that a resumed run need not search again. */
const DECOMPOSITION = 'decomposition.safetensors';

/** Throws `invalid-input` when the checkpoint is factorised already or knows other classes than the pictures have. */
export async function distillStart(job: JobOf<'distill'>, data: OpenDataset, backend: Backend, context: JobContext): Promise<DistillStart> {
  const stored = await readModel(job.fromFile);
  const teacher = bestWeights(stored);
  if (teacher.ranks) throw new AppError('invalid-input', 'This checkpoint is factorised already.', { hint: 'Extract its learngene directly.', field: 'checkpointId' });
  if (teacher.config.numClasses !== data.classes) throw new AppError('invalid-input', `The teacher knows ${teacher.config.numClasses} classes and these pictures have ${data.classes}.`, { hint: 'Choose the pictures that it was trained on.', field: 'datasetId' });
  const file = join(job.runDir, DECOMPOSITION);
  const known = await readDecomposition(file, context);
  if (known) return { ...known, teacher };
  const report = progressReporter(context, 'decomposing', 5 * job.iterations);
  const found = await decompose(teacher, {
    ranks: job.ranks,
    iterations: job.iterations,
    seed: job.train.seed,
    backend,
    onProgress(done) {
      throwIfCancelled(context);
      report(done);
    },
  });
  const { diffusion, classNames } = stored;
  await writeLearngene(file, { config: teacher.config, ranks: job.ranks, method: 'cp-als', errors: found.errors, diffusion, classNames, tensors: found.weights.tensors });
  return { ...found, teacher };
}

async function readDecomposition(file: string, context: JobContext): Promise<Decomposed | null> {
  try {
    const { config, ranks, tensors, errors } = await readLearngene(file);
    // The order of the model, as a decomposition has it: a training state is tied to it.
    const inOrder = Object.fromEntries(parameterSpecs(config, ranks).map(({ name }) => [name, tensors[name]]));
    return { weights: { config, ranks, tensors: inOrder }, errors: errors ?? {} };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== 'not-found') context.emit({ type: 'log', level: 'warn', message: `The decomposition is made again: ${error.message}` });
    return null;
  }
}
