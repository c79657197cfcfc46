/** What a run will cost on this machine and what stands against it: shown while a form is edited, enforced before anything starts. */
import { ditConfigSchema } from '../../shared/config';
import { AppError } from '../../shared/errors';
import type { Plan } from '../../shared/protocol';
import { checkpointBytes, countParameters, countTunedParameters, estimateInferenceBytes, estimateTrainingBytes, factorisedForwardMacs, forwardMacs, trainingStateBytes } from '../../shared/sizes';
import { estimateStepMs, roughGflops } from '../../shared/speed';
import { measuredSpeeds } from '../catalog';
import { testStepGflops } from './choose-backend';
import type { HostContext } from './context';
import { availableMemoryBytes, freeDiskBytes } from './machine';
import type { FrozenConfig } from './run-jobs';
import type { Problem, RunSpec } from './run-specs';
import { stepsProblem } from './sampling';
import { gigabytes } from './units';

/** A state is written beside the two that are kept; then the checkpoint with its averaged weights; then grids and log. */
const STATES_ON_DISK = 3;
const EXTRA_DISK = 20e6;
/** Pictures of a run's grid that are sampled at once. */
const GRID_BATCH = 16;

export function planOf(context: HostContext, spec: RunSpec): Plan {
  const { config } = spec;
  const availableBytes = availableMemoryBytes();
  const freeDisk = freeDiskBytes(context.home.root);
  const problems = [...shapeProblems(spec), ...spec.problems, ...dataProblems(spec)];
  const nothing = { parameters: 0, trainedParameters: 0, macs: 0, trainingBytes: 0, inferenceBytes: 0, diskBytes: 0, msPerStep: null, totalMs: null };
  // Sizes of a shape that cannot exist would be nonsense.
  const run = { name: spec.name, steps: config.train.steps, source: spec.alone ?? false };
  if (shapeProblems(spec).length > 0) return { ...nothing, run, availableBytes, freeDiskBytes: freeDisk, problems };
  const { model, ranks, train } = config;
  const parameters = countParameters(model, ranks).total;
  const trainedParameters = trainedCount(config);
  const trainingBytes = trainingMemory(config, train.batchSize);
  const diskBytes = STATES_ON_DISK * trainingStateBytes(model, ranks, trainedParameters) + 2 * checkpointBytes(model, ranks) + EXTRA_DISK;
  const speeds = measuredSpeeds(context.catalog);
  const msPerStep = estimateStepMs(config, speeds, roughGflops(testStepGflops(context), model));
  if (trainingBytes > availableBytes) problems.push(memoryProblem(config, trainingBytes, availableBytes));
  if (diskBytes > freeDisk) problems.push({ code: 'no-space', field: 'train.checkpointEvery', message: `The checkpoints need ${gigabytes(diskBytes)}, but the disk of ${context.home.root} has ${gigabytes(freeDisk)} left.`, hint: 'Free some space, or choose a data folder on another disk.' });
  return {
    parameters, trainedParameters,
    macs: ranks ? factorisedForwardMacs(model, ranks, train.batchSize) : forwardMacs(model),
    trainingBytes, inferenceBytes: estimateInferenceBytes(model, { batchSize: 1, ranks }), diskBytes,
    msPerStep, totalMs: msPerStep === null ? null : msPerStep * train.steps, rough: speeds.length === 0,
    availableBytes, freeDiskBytes: freeDisk, problems, run,
  };
}

/** What a run was expected to take when it started, to be shown beside what it took. */
export interface Estimate {
  trainingBytes: number;
  /** Of all of its steps; null where this machine has no speed to go by. */
  totalMs: number | null;
  /** What to do when the memory does not suffice after all: half the batch, recomputed with the same formula. */
  memoryHint: string;
}

/** As a plan would say it now. */
export function estimateOf(context: HostContext, config: FrozenConfig): Estimate {
  const msPerStep = estimateStepMs(config, measuredSpeeds(context.catalog), roughGflops(testStepGflops(context), config.model));
  const { batchSize, steps } = config.train;
  const half = Math.floor(batchSize / 2);
  const trainingBytes = trainingMemory(config, batchSize);
  return {
    trainingBytes, totalMs: msPerStep === null ? null : msPerStep * steps,
    memoryHint: half > 0 ? `Copy the run with a batch size of ${half}: it needs about ${gigabytes(trainingMemory(config, half))} instead of ${gigabytes(trainingBytes)}.` : `Even a batch of one needs about ${gigabytes(trainingBytes)}: copy the run with a smaller hidden size or depth.`,
  };
}

/** Throws the first problem as `invalid-input`, `no-memory` or `no-space`, all of them in its details. */
export function refuse(problems: readonly Problem[]): void {
  const first = problems[0];
  if (!first) return;
  throw new AppError(first.code ?? 'invalid-input', first.message, { hint: first.hint, field: first.field, details: problems });
}

function trainedCount(config: FrozenConfig): number {
  if (config.kind === 'initialize') return countTunedParameters(config.model, config.ranks!, config.sigma);
  return countParameters(config.model, config.ranks).total;
}

function shapeProblems({ config }: RunSpec): Problem[] {
  const checked = ditConfigSchema.safeParse(config.model);
  if (checked.success) return [];
  return checked.error.issues.map((issue) => ({ field: issue.path.map(String).join('.'), message: issue.code === 'custom' ? issue.message : `${issue.path.map(String).join('.')}: ${issue.message}.` }));
}

function dataProblems({ dataset, config }: RunSpec): Problem[] {
  const problems: Problem[] = [];
  const { train, sample } = config;
  const pictures = dataset.images - dataset.heldOut;
  if (dataset.trashedAt !== null) problems.push({ field: 'datasetId', message: `The dataset ${dataset.name} is in the trash.`, hint: 'Restore it first.' });
  if (train.batchSize > pictures) problems.push({ field: 'train.batchSize', message: `The batch of ${train.batchSize} is larger than the dataset ${dataset.name} with its ${pictures} training pictures.`, hint: `Choose a batch size of at most ${pictures}, or add pictures.` });
  if (config.model.numClasses === 1 && train.labelDropout === 0 && (sample?.guidanceScale ?? 1) !== 1)
    problems.push({ field: 'train.labelDropout', message: 'A guided sample needs a model that has also learned without labels.', hint: 'Set the label dropout to 0.1.' });
  if (train.warmupSteps > train.steps) problems.push({ field: 'train.warmupSteps', message: `The warm-up of ${train.warmupSteps} steps is longer than the whole run of ${train.steps}.`, hint: `Choose at most ${train.steps}.` });
  const steps = sample && stepsProblem(sample.steps, config.diffusion.timesteps);
  if (steps) problems.push({ ...steps, field: 'sampleSteps' });
  return problems;
}

/** With what the run does besides training: a teacher to learn from, a sampler for its grids. */
function trainingMemory(config: FrozenConfig, batchSize: number): number {
  const { kind, model, ranks, train, sample } = config;
  const sampleBatch = sample ? Math.min(sample.count, GRID_BATCH) * (sample.guidanceScale === 1 ? 1 : 2) : 0;
  return estimateTrainingBytes(model, { batchSize, ranks, trained: trainedCount(config), accumulate: train.accumulate, teacher: kind === 'distill', sampleBatch });
}

/** Names the largest batch that does fit, recomputed with the same formula. */
function memoryProblem(config: FrozenConfig, needed: number, available: number): Problem {
  const bytes = (batch: number) => trainingMemory(config, batch);
  let fitting = config.train.batchSize;
  while (fitting > 0 && bytes(fitting) > available) fitting = Math.floor(fitting / 2);
  return {
    code: 'no-memory',
    field: 'train.batchSize',
    message: `Training needs about ${gigabytes(needed)} of memory; this machine has ${gigabytes(available)} available.`,
    hint: fitting > 0 ? `With a batch size of ${fitting} it needs ${gigabytes(bytes(fitting))}.` : `Even a batch of one needs ${gigabytes(bytes(1))}: choose a smaller hidden size or depth.`,
  };
}
