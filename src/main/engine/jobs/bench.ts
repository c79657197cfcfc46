/**
 * One model of a comparison of initialisations: a source in the method's own form, trained once for all sizes, or a target, started
 * from its source, adapted where the method does that, written out as dense weights and trained freely.
 *
 * Adaptation and free training are two trainings in one run. Each keeps its states in a folder of its own, and what stands between
 * them is a file, so that a run that was killed anywhere goes on with the same numbers.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { ADAPTATION_DIR, ADAPTED_FILE, FORM_FILE, type JobOf, type JobResult, STATE_DIR, type WorkerEvent } from '../../../shared/worker';
import { readForm, writeForm } from '../checkpoint/form';
import { type ModelContent, writeModel } from '../checkpoint/model';
import { type OpenDataset, assertBatchFits, openDataset } from '../data/open';
import { countNumbers } from '../initialize/blocks';
import { materialiseForm } from '../initialize/materialise';
import { initializationById } from '../initialize/registry';
import type { ModelForm } from '../initialize/types';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import type { Backend, HostTensor } from '../tensor/types';
import { type TrainCallbacks, type TrainOptions, type TrainOutcome, train } from '../train';
import { readSource, targetForm } from './benchSource';
import type { JobContext } from './context';
import type { RunSampler } from './runSampler';
import { type Stage, assertPicturesFit, backendOf, reporting, samplerOf, wholeRun } from './trainingRun';

type BenchJob = JobOf<'bench'>;

interface Bench {
  job: BenchJob;
  data: OpenDataset;
  backend: Backend;
  context: JobContext;
  sampler: RunSampler | null;
}

/** An adaptation has few steps: a longer memory would still hold its start. */
const ADAPTATION_EMA = 0.9;
const ADAPTATION_WARMUP = 10;
/** As in phase 2 of FINE: beside what a method tunes, biases move slowly. */
const BIAS_LEARNING_RATE = 1e-3;

export async function benchJob(job: BenchJob, context: JobContext): Promise<WorkerEvent> {
  const data = openDataset(job.datasetDir);
  assertBatchFits(data, job.train.batchSize);
  assertPicturesFit({ config: job.model }, data);
  const backend = await backendOf(job, context);
  const sampler = samplerOf(job, data, backend, join(job.runDir, 'samples'), context);
  try {
    const bench: Bench = { job, data, backend, context, sampler };
    return job.stage === 'source' ? await trainSource(bench) : await trainTarget(bench);
  } finally {
    await sampler?.dispose();
  }
}

async function trainSource(bench: Bench): Promise<WorkerEvent> {
  const { job, backend } = bench;
  const { source } = initializationById(job.method);
  if (!source) throw new AppError('invalid-input', `${job.method} has no form of its own to be trained.`, { field: 'methods' });
  const form = source(job.model, job.train.seed);
  if (bench.sampler && !job.resume) await bench.sampler.draw(0, await materialiseForm(form, form.trainable, backend));
  const outcome = await trainForm(bench, form, { stage: wholeRun(job.train.steps), stateDir: STATE_DIR, train: job.train });
  if (outcome.status === 'paused') return { type: 'paused', step: outcome.step };
  const figures = { lossBefore: outcome.lossBefore, lossAfter: outcome.lossAfter };
  await writeForm(join(job.runDir, FORM_FILE), { method: job.method, config: form.config, ranks: form.ranks, tensors: outcome.ema ?? outcome.weights.tensors, figures });
  const weights = await materialiseForm(form, outcome.weights.tensors, backend);
  const ema = outcome.ema && (await materialiseForm(form, outcome.ema, backend)).tensors;
  return finished(bench, { weights, ema }, { ...figures, lastLoss: outcome.lastLoss, lossAdapted: null, trainedParameters: outcome.trainedParameters, carried: 0, tuned: 0 });
}

async function trainTarget(bench: Bench): Promise<WorkerEvent> {
  const { job, backend, context } = bench;
  const { adaptation } = job;
  const source = await readSource(job);
  const form = targetForm(job, source);
  const carried = source ? initializationById(job.method).carried(source, job.model) : 0;
  const tuned = adaptation ? countNumbers(form.trainable) : 0;
  if (bench.sampler && !job.resume) await bench.sampler.draw(0, await materialiseForm(form, form.trainable, backend));

  const adapted = adaptation && (await adapt(bench, form, adaptation));
  if (adapted && 'paused' in adapted) return { type: 'paused', step: adapted.paused };
  const before = adaptation?.steps ?? 0;
  const free = job.train.steps - before;
  const weights = adapted?.weights ?? inOrder(await materialiseForm(form, form.trainable, backend));
  const figures = { carried, tuned, lossAdapted: adapted?.lossAfter ?? null };
  if (free === 0) {
    if (adapted!.kept) context.emit({ type: 'started', backend: backend.id, step: before, steps: before, elapsedMs: adapted!.elapsedMs });
    return finished(bench, { weights, ema: null }, { ...figures, lossBefore: adapted!.lossBefore, lossAfter: adapted!.lossAfter, lastLoss: null, trainedParameters: tuned });
  }
  const outcome = await trainStage(bench, {
    weights,
    giveWeights: true,
    train: { ...job.train, steps: free, warmupSteps: Math.min(job.train.warmupSteps, free) },
    stage: { before, wallBefore: adapted?.elapsedMs ?? 0, steps: job.train.steps, announce: !adapted || adapted.kept },
    stateDir: STATE_DIR,
    validateAt: job.chargedAt === null ? undefined : [job.chargedAt - before],
    dense: (model) => Promise.resolve(model),
  });
  if (outcome.status === 'paused') return { type: 'paused', step: before + outcome.step };
  return finished(bench, outcome, { ...figures, lossBefore: adapted ? adapted.lossBefore : outcome.lossBefore, lossAfter: outcome.lossAfter, lastLoss: outcome.lastLoss, trainedParameters: outcome.trainedParameters });
}

interface Adapted {
  weights: ModelWeights;
  lossBefore: number | null;
  lossAfter: number | null;
  elapsedMs: number;
  /** Done by an earlier process and read back. */
  kept: boolean;
}

async function adapt(bench: Bench, form: ModelForm, { steps, learningRate }: NonNullable<BenchJob['adaptation']>): Promise<Adapted | { paused: number }> {
  const { job, backend } = bench;
  const file = join(job.runDir, ADAPTED_FILE);
  const withoutStates = async (adapted: Adapted): Promise<Adapted> => {
    await rm(join(job.runDir, ADAPTATION_DIR), { recursive: true, force: true });
    return adapted;
  };
  const known = await readAdapted(file, job.method);
  if (known) return withoutStates(known);
  const outcome = await trainForm(bench, form, {
    stage: wholeRun(job.train.steps),
    stateDir: ADAPTATION_DIR,
    train: { ...job.train, steps, learningRate, schedule: 'cosine', warmupSteps: Math.min(ADAPTATION_WARMUP, steps), emaDecay: ADAPTATION_EMA, weightDecay: 0 },
  });
  if (outcome.status === 'paused') return { paused: outcome.step };
  const weights = inOrder(await materialiseForm(form, outcome.ema!, backend));
  const { lossBefore, lossAfter, elapsedMs } = outcome;
  await writeForm(file, { method: job.method, config: weights.config, ranks: null, tensors: weights.tensors, figures: { lossBefore, lossAfter, elapsedMs } });
  return withoutStates({ weights, lossBefore, lossAfter, elapsedMs, kept: false });
}

async function readAdapted(file: string, method: string): Promise<Adapted | null> {
  try {
    const { config, tensors, figures } = await readForm(file, method);
    return { weights: inOrder({ config, ranks: null, tensors }), lossBefore: figures.lossBefore, lossAfter: figures.lossAfter, elapsedMs: figures.elapsedMs ?? 0, kept: true };
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null;
    throw error;
  }
}

interface StageOptions extends Pick<TrainOptions, 'weights' | 'train' | 'trainable' | 'groups' | 'toModel' | 'product' | 'giveWeights' | 'validateAt'> {
  stage: Stage;
  /** Below the run's folder. */
  stateDir: string;
  /** What is sampled: the dense model that the weights stand for. */
  dense(weights: ModelWeights): Promise<ModelWeights>;
}

function trainForm(bench: Bench, form: ModelForm, { stage, stateDir, train: config }: Pick<StageOptions, 'stage' | 'stateDir' | 'train'>): Promise<TrainOutcome> {
  const tunes = Object.keys(form.frozen).length > 0;
  const { learningRate, weightDecay } = config;
  return trainStage(bench, {
    weights: { config: form.config, ranks: form.ranks, tensors: { ...form.frozen, ...form.trainable } },
    trainable: (name) => (!(name in form.trainable) ? null : tunes && name.endsWith('.bias') ? 'biases' : 'default'),
    groups: { default: { learningRate, weightDecay }, biases: { learningRate: Math.min(learningRate, BIAS_LEARNING_RATE), weightDecay } },
    toModel: form.ranks ? undefined : form.toDense,
    product: form.product,
    train: config,
    stage,
    stateDir,
    dense: ({ tensors }) => materialiseForm(form, tensors, bench.backend),
  });
}

function trainStage({ job, data, backend, context, sampler }: Bench, { stage, stateDir, dense, ...options }: StageOptions): Promise<TrainOutcome> {
  const callbacks = reporting(context, stage, sampler ? async (step, weights) => sampler.draw(step, await dense(weights)) : undefined);
  return train({
    ...options,
    data,
    diffusion: job.diffusion,
    backend,
    stateDir: join(job.runDir, stateDir),
    resume: job.resume,
    control: context,
    callbacks: { ...callbacks, onMetrics: noting(job, stage, callbacks.onMetrics!) },
  });
}

/** The held-out loss at the step `chargedAt` goes out under a name of its own too. */
function noting({ chargedAt }: BenchJob, { before }: Stage, onMetrics: NonNullable<TrainCallbacks['onMetrics']>): TrainCallbacks['onMetrics'] {
  return (rows) =>
    onMetrics(rows.map((row) => (chargedAt !== null && before + row.step === chargedAt && 'validationLoss' in row.values ? { ...row, values: { ...row.values, chargedLoss: row.values.validationLoss } } : row)));
}

interface Figures extends Pick<JobResult<'bench'>, 'lossAdapted' | 'trainedParameters' | 'carried' | 'tuned'> {
  lossBefore: number | null;
  lossAfter: number | null;
  lastLoss: number | null;
}

async function finished({ job, data }: Bench, { weights, ema }: Pick<ModelContent, 'weights' | 'ema'>, { lossBefore, lossAfter, lastLoss, ...figures }: Figures): Promise<WorkerEvent> {
  const loss = lossAfter ?? lastLoss;
  const checkpoint = await writeModel(job.checkpointFile, { weights, ema, diffusion: job.diffusion, classNames: data.classNames, step: job.train.steps, loss });
  const result: JobResult<'bench'> = { checkpoint, ...figures, lossBefore: lossBefore ?? loss ?? Number.NaN, lossAfter: loss ?? Number.NaN, parameters: checkpoint.parameters };
  return { type: 'done', result };
}

/** A copy, so that training may have its memory, in the order of the model, to which a training state is tied. */
function inOrder({ config, tensors }: ModelWeights): ModelWeights {
  return { config, ranks: null, tensors: Object.fromEntries(parameterSpecs(config, null).map(({ name, shape }): [string, HostTensor] => [name, { shape, data: tensors[name].data.slice() }])) };
}
