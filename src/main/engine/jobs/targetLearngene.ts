/** The learngene of an initialisation: as it was extracted or, where the size has other channels, one derived from it. */
import { join } from 'node:path';
import { AppError } from '../../../shared/errors';
import type { JobOf } from '../../../shared/worker';
import { type LearngeneContent, readLearngene, writeLearngene } from '../checkpoint/learngene';
import type { OpenDataset } from '../data/open';
import { measureMoments } from '../fine/resize/moments';
import { projectChannels } from '../fine/resize/project';
import { resizeLearngene } from '../fine/resize/resize';
import { selectChannels } from '../fine/resize/select';
import type { Backend } from '../tensor/types';
import { batchSource } from '../train/batches';
import type { JobContext } from './context';
import { assertPicturesFit } from './trainingRun';

/** Kept in the run's folder: a resumed run goes on with the very same U and V. */
const RESIZED = 'resized.learngene.safetensors';
/** Noisy pictures on which it is measured what the source's layers are given. */
const PICTURES = { batchSize: 32, batches: 16 };

/** Throws as `readLearngene`; `invalid-input` when projection is asked of a learngene without sigma, or the pictures are of another size. */
export async function targetLearngene(job: JobOf<'initialize'>, data: OpenDataset, backend: Backend, context: JobContext): Promise<LearngeneContent> {
  const learngene = await readLearngene(job.learngeneFile);
  const { resize } = job.sigma;
  if (!resize) return learngene;
  const file = join(job.runDir, RESIZED);
  const known = await readKnown(file, context);
  if (known) return known;
  const { config } = learngene;
  assertPicturesFit(learngene, data);
  const { method, ...shape } = resize;
  const target = { ...config, ...shape };
  const measured = method === 'project' && target.hiddenSize < config.hiddenSize;
  const maps = measured ? projectChannels(config, target, await momentsOf(learngene, job, data, backend)) : selectChannels(config, target);
  const { tensors } = resizeLearngene(learngene, shape, maps);
  const { ranks, errors, diffusion, classNames } = learngene;
  const derived: LearngeneContent = { config: target, ranks, method: learngene.method, errors, diffusion, classNames, tensors };
  await writeLearngene(file, derived);
  context.emit({ type: 'log', level: 'info', message: `U and V were made for ${shape.hiddenSize} channels, ${shape.heads} heads and patches of ${shape.patchSize} from those of ${config.hiddenSize}, ${config.heads} and ${config.patchSize} (${measured ? 'projected' : 'selected'}).` });
  return derived;
}

/** With the labels of the pictures where the learngene knows these classes, without any where it knows others. */
function momentsOf({ config, ranks, tensors }: LearngeneContent, job: JobOf<'initialize'>, data: OpenDataset, backend: Backend): ReturnType<typeof measureMoments> {
  if (!('sigma.qkv.0' in tensors)) throw new AppError('invalid-input', 'This learngene carries no sigma, so it is not known what its layers are given.', { hint: 'Choose the selection of rows instead.', field: 'resizeMethod' });
  const batchSize = Math.min(PICTURES.batchSize, data.count);
  const labelDropout = config.numClasses === data.classes ? job.train.labelDropout : 1;
  const batches = batchSource(data, { train: { batchSize, accumulate: PICTURES.batches, seed: 0, horizontalFlip: job.train.horizontalFlip, labelDropout }, timesteps: job.diffusion.timesteps, nullClass: config.numClasses });
  return measureMoments({ config, ranks, tensors }, batches(0), { diffusion: job.diffusion, backend, threads: job.train.threads });
}

async function readKnown(file: string, context: JobContext): Promise<LearngeneContent | null> {
  try {
    return await readLearngene(file);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== 'not-found') context.emit({ type: 'log', level: 'warn', message: `U and V are derived again: ${error.message}` });
    return null;
  }
}
