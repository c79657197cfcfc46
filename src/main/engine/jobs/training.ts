/** Pretraining, tuning of sigma, training on and distillation: they differ in where the weights start and in what is trained. */
import { join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { type JobOf, type JobResult, STATE_DIR, type TrainingJob, type WorkerEvent } from '../../../shared/worker';
import { bestWeights, readModel, writeModel } from '../checkpoint/model';
import { type OpenDataset, assertBatchFits, openDataset } from '../data/open';
import { initialFactors } from '../fine/factors';
import { initialiseFromLearngene, uvHash } from '../fine/learngene';
import { materialise } from '../fine/materialise';
import { ditDefault } from '../initialize/ditDefault';
import { isBlockParameter } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { Backend } from '../tensor/types';
import { type RateGroup, type TrainOptions, train } from '../train';
import type { JobContext } from './context';
import { distillStart } from './distillStart';
import { targetLearngene } from './targetLearngene';
import { assertPicturesFit, backendOf, reporting, samplerOf, wholeRun } from './trainingRun';

type Finished = JobResult<'pretrain'> & Partial<Pick<JobResult<'initialize'>, 'uvHashBefore' | 'uvHashAfter'> & Pick<JobResult<'distill'>, 'errors'>>;

/** Where a run starts and what of it is trained. */
interface Start {
  weights: ModelWeights;
  trainable?: (name: string) => string | null;
  groups?: Record<string, RateGroup>;
  evaluation?: TrainOptions['evaluation'];
  teacher?: ModelWeights;
  /** Of the decomposition that it starts from. */
  errors?: Record<string, number[]>;
}

const LABEL_TABLE = 'y_embedder.embedding_table.weight';

/** Every kind but the comparisons of initialisations, which train in two stages (bench.ts). */
type Job = Exclude<TrainingJob, JobOf<'bench'>>;

export async function trainingJob(job: Job, context: JobContext): Promise<WorkerEvent> {
  const data = openDataset(job.datasetDir);
  assertBatchFits(data, job.train.batchSize);
  const backend = await backendOf(job, context);
  const { errors, ...start } = await startOf(job, data, backend, context);
  assertPicturesFit(start.weights, data);
  const uvHashBefore = start.weights.ranks ? uvHash(start.weights.tensors) : undefined;

  const sampler = samplerOf(job, data, backend, join(job.runDir, 'samples'), context);
  let firstLoss = Number.NaN;
  const callbacks = reporting(context, wholeRun(job.train.steps), sampler ? (step, weights) => sampler.draw(step, weights) : undefined);
  try {
    if (sampler && !job.resume) await sampler.draw(0, start.weights);
    const outcome = await train({
      ...start,
      giveWeights: true,
      data,
      diffusion: job.diffusion,
      train: job.train,
      backend,
      stateDir: join(job.runDir, STATE_DIR),
      resume: job.resume,
      control: context,
      callbacks: {
        ...callbacks,
        onMetrics: (rows) => {
          if (Number.isNaN(firstLoss)) firstLoss = rows[0].values.loss;
          callbacks.onMetrics?.(rows);
        },
      },
    });
    if (outcome.status === 'paused') return { type: 'paused', step: outcome.step };

    const lossAfter = outcome.lossAfter ?? outcome.lastLoss ?? Number.NaN;
    const checkpoint = await writeModel(job.checkpointFile, {
      weights: outcome.weights,
      ema: outcome.ema,
      diffusion: job.diffusion,
      classNames: data.classNames,
      step: outcome.step,
      loss: Number.isFinite(lossAfter) ? lossAfter : null,
    });
    const result: Finished = {
      checkpoint,
      lossBefore: outcome.lossBefore ?? firstLoss,
      lossAfter,
      parameters: checkpoint.parameters,
      trainedParameters: outcome.trainedParameters,
      errors,
    };
    if (job.kind === 'initialize' && uvHashBefore) {
      // Read back from the disk: what counts is what the next program will load.
      result.uvHashBefore = uvHashBefore;
      result.uvHashAfter = uvHash((await readModel(job.checkpointFile)).weights.tensors);
      if (result.uvHashAfter !== uvHashBefore) throw new AppError('internal', 'U and V changed while only sigma should have been tuned.', { details: result });
    }
    return { type: 'done', result };
  } finally {
    await sampler?.dispose();
  }
}

async function startOf(job: Job, data: OpenDataset, backend: Backend, context: JobContext): Promise<Start> {
  const { train: config } = job;
  switch (job.kind) {
    case 'pretrain': {
      const model = { ...job.model, numClasses: data.classes };
      const weights = job.factors ? initialFactors(model, job.factors.ranks, { start: job.factors.start, seed: config.seed }) : ditDefault(model, config.seed);
      return { weights, evaluation: job.factors?.evaluation };
    }
    case 'initialize': {
      const learngene = await targetLearngene(job, data, backend, context);
      const { sigma } = job;
      const weights = initialiseFromLearngene(learngene, sigma.depth, sigma.sigmaStart, config.seed);
      const newLabels = fitLabels(weights, data, config.seed, context);
      return {
        weights,
        trainable: (name) => {
          if (name.startsWith('sigma.')) return 'sigma';
          if (sigma.tuneBiases && /^blocks\..*\.bias$/.test(name)) return 'biases';
          if (sigma.tuneOuter && !isBlockParameter(name)) return 'biases';
          return newLabels && name === LABEL_TABLE ? 'biases' : null;
        },
        groups: {
          sigma: { learningRate: config.learningRate, weightDecay: 0 },
          biases: { learningRate: sigma.biasLearningRate, weightDecay: 0 },
        },
      };
    }
    case 'train': {
      // The running average is the better model and what sampling has shown so far.
      const best = bestWeights(await readModel(job.fromFile));
      const weights = job.materialise && best.ranks ? await materialise(best, backend) : best;
      fitLabels(weights, data, config.seed, context);
      return { weights };
    }
    case 'distill':
      return distillStart(job, data, backend, context);
    default:
      return job satisfies never;
  }
}

/** Other pictures may have another number of classes: then the label table starts anew. Says whether it did. */
function fitLabels(weights: ModelWeights, data: OpenDataset, seed: number, context: JobContext): boolean {
  const known = weights.config.numClasses;
  if (known === data.classes) return false;
  weights.config = { ...weights.config, numClasses: data.classes };
  weights.tensors = { ...weights.tensors, [LABEL_TABLE]: ditDefault(weights.config, seed).tensors[LABEL_TABLE] };
  context.emit({ type: 'log', level: 'warn', message: `The model knew ${known} classes and these pictures have ${data.classes}: the class embedding starts anew and is trained along.` });
  return true;
}
