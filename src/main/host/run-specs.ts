/** From what a person asks for to complete, frozen configurations: every default of every kind of run is here. */
import { SIGMA_STARTS, diffusionSchema, trainConfigSchema, uniformRanks, type DiTConfig, type TrainConfig } from '../../shared/config';
import type { Dataset, RunKind } from '../../shared/entities';
import { AppError, type ErrorCode } from '../../shared/errors';
import { distillParams, initializeParams, pretrainParams, trainParams, type Params } from '../../shared/protocol';
import { rankProblems } from '../../shared/ranks';
import { targetShape } from '../../shared/targetShape';
import type { z } from 'zod';
import { checkpoints, datasets, getSettings, learngenes } from '../catalog';
import type { HostContext } from './context';
import type { FrozenConfig } from './run-jobs';

export interface Problem {
  /** Of the error that it becomes when somebody starts the run all the same; `invalid-input` when left out. */
  code?: ErrorCode;
  field: string;
  message: string;
  hint?: string;
}

/** One run to be: what the catalogue will hold, and what is wrong with it. */
export interface RunSpec {
  kind: RunKind;
  name: string;
  dataset: Dataset;
  checkpointId: string | null;
  learngeneId: string | null;
  config: FrozenConfig;
  problems: Problem[];
  /** Chosen beforehand where other runs of the same request refer to it. */
  id?: string;
  /** Belongs to no group, although it is started with one. */
  alone?: boolean;
}

type TrainOptions = Partial<z.output<typeof trainConfigSchema>> | undefined;

const STEPS = { pretrain: 1000, initialize: 300, train: 1000, distill: 1000 } as const;
/** A sample grid this many times per run, by default. */
const GRIDS_PER_RUN = 10;
const SAMPLE = { steps: 'ddim25', count: 16, guidanceScale: 1.5, seed: 0 };

/** All kinds but the comparisons (bench-specs.ts). Throws `not-found` for unknown ids; everything else that is wrong becomes a problem beside its field. */
export function runSpecs(context: HostContext, { kind, params }: Exclude<Params<'runs.start'>, { kind: 'bench' }>): RunSpec[] {
  switch (kind) {
    case 'pretrain': return [pretrainSpec(context, params)];
    case 'initialize': return initializeSpecs(context, params);
    case 'train': return [trainSpec(context, params)];
    case 'distill': return [distillSpec(context, params)];
    default: return kind satisfies never;
  }
}

/** The settings' backend and threads stand in for what the person left open. */
export function trainConfig(context: HostContext, dataset: Dataset, options: TrainOptions, defaults: { steps: number } & Partial<TrainConfig>): TrainConfig {
  const settings = getSettings(context.catalog);
  const given = Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
  const train = trainConfigSchema.parse({ backend: settings.backend, threads: settings.threads, ...defaults, ...given });
  // Few pictures take a smaller batch instead of being refused for the usual one.
  if (options?.batchSize === undefined) train.batchSize = Math.max(1, Math.min(train.batchSize, dataset.images - dataset.heldOut));
  // A very short run keeps a share of warm-up instead of being refused for the usual length.
  if (options?.warmupSteps === undefined && train.steps < 2 * train.warmupSteps) train.warmupSteps = Math.floor(train.steps / 10);
  const every = Math.min(500, Math.max(20, Math.round(train.steps / GRIDS_PER_RUN)));
  return { ...train, sampleEvery: options?.sampleEvery ?? every, validateEvery: options?.validateEvery ?? every };
}

export function sampling(train: TrainConfig, steps = SAMPLE.steps, count = SAMPLE.count) {
  return train.sampleEvery > 0 ? { ...SAMPLE, steps, count } : null;
}

export function pretrainSpec(context: HostContext, p: z.output<typeof pretrainParams>): RunSpec {
  const dataset = datasets.get(context.catalog, p.datasetId, 'datasetId');
  const model: DiTConfig = {
    inputSize: dataset.size, patchSize: p.patchSize, inChannels: dataset.channels, hiddenSize: p.hiddenSize, depth: p.depth, heads: p.heads,
    mlpRatio: p.mlpRatio, numClasses: dataset.classes.length, learnSigma: p.learnSigma,
  };
  const problems: Problem[] = [];
  const ranks = p.rank === null ? null : typeof p.rank === 'object' ? p.rank : uniformRanks(p.rank ?? p.hiddenSize);
  if (ranks) problems.push(...rankProblems(ranks, model, typeof p.rank === 'object'));
  const train = trainConfig(context, dataset, p.train, { steps: STEPS.pretrain, learningRate: 1e-3, warmupSteps: 50 });
  const diffusion = diffusionSchema.parse(p.diffusion ?? {});
  return {
    kind: 'pretrain',
    name: p.name ?? `${ranks ? 'Pretrain' : 'Dense'} ${dataset.name} ${p.hiddenSize}×${p.depth}`,
    dataset, checkpointId: null, learngeneId: null, problems,
    config: {
      kind: 'pretrain', model, ranks, diffusion, train, sample: sampling(train, p.sampleSteps, p.sampleCount), learnedFrom: dataset.name,
      factors: ranks && { ranks, start: p.factorStart, evaluation: p.evaluation },
    },
  };
}

function initializeSpecs(context: HostContext, p: z.output<typeof initializeParams>): RunSpec[] {
  const { catalog } = context;
  const learngene = learngenes.get(catalog, p.learngeneId, 'learngeneId');
  const dataset = datasets.get(catalog, p.datasetId, 'datasetId');
  const { model: source, diffusion } = learngene;
  if (!source || !diffusion) throw new AppError('conflict', `The checkpoint that ${learngene.name} was extracted from was erased before the description of its model was kept with the learngene.`, { hint: 'Import the learngene’s file again: it describes itself.', field: 'learngeneId' });
  const train = trainConfig(context, dataset, p.train, { steps: STEPS.initialize, learningRate: 0.01, schedule: 'cosine', warmupSteps: 10, emaDecay: 0.9 });
  return p.depths.map((depth, index) => {
    const { model, sigma, label } = targetShape({ ...source, depth, numClasses: dataset.classes.length }, p);
    const problems = [...fitProblems(model, dataset, 'learngene'), ...(p.depths.indexOf(depth) !== index ? [{ field: 'depths', message: `The depth ${depth} is given twice.`, hint: 'Give every depth once.' }] : [])];
    return {
      kind: 'initialize' as const,
      name: `Initialise depth ${depth}${label} from ${learngene.name}`,
      dataset, checkpointId: null, learngeneId: learngene.id, problems,
      config: {
        kind: 'initialize' as const, model, ranks: learngene.ranks, diffusion, train, sample: sampling(train), learnedFrom: learngene.name,
        sigma: { depth, sigmaStart: p.sigmaStart ?? SIGMA_STARTS[0], tuneBiases: p.tuneBiases, biasLearningRate: 1e-3, ...sigma },
      },
    };
  });
}

function trainSpec(context: HostContext, p: z.output<typeof trainParams>): RunSpec {
  const { catalog } = context;
  const checkpoint = checkpoints.get(catalog, p.checkpointId, 'checkpointId');
  const dataset = datasets.get(catalog, p.datasetId, 'datasetId');
  const train = trainConfig(context, dataset, p.train, { steps: STEPS.train, learningRate: 1e-3, warmupSteps: 50 });
  const model = { ...checkpoint.model, numClasses: dataset.classes.length };
  return {
    kind: 'train',
    name: p.name ?? `Train ${checkpoint.name}`,
    dataset, checkpointId: checkpoint.id, learngeneId: checkpoint.learngeneId,
    problems: fitProblems(model, dataset, 'checkpoint'),
    config: {
      kind: 'train', model, ranks: p.materialise ? null : checkpoint.ranks, diffusion: checkpoint.diffusion, train, sample: sampling(train),
      materialise: p.materialise, learnedFrom: checkpoint.name,
    },
  };
}

function distillSpec(context: HostContext, p: z.output<typeof distillParams>): RunSpec {
  const { catalog } = context;
  const teacher = checkpoints.get(catalog, p.checkpointId, 'checkpointId');
  const dataset = datasets.get(catalog, p.datasetId, 'datasetId');
  const ranks = typeof p.rank === 'object' ? p.rank : uniformRanks(p.rank ?? teacher.model.hiddenSize);
  const train = trainConfig(context, dataset, p.train, { steps: STEPS.distill, learningRate: 1e-3, warmupSteps: 50 });
  const problems = [...fitProblems(teacher.model, dataset, 'checkpoint'), ...rankProblems(ranks, teacher.model, typeof p.rank === 'object')];
  if (teacher.form !== 'dense') problems.push({ field: 'checkpointId', message: `${teacher.name} is factorised already.`, hint: 'Extract its learngene directly.' });
  if (teacher.diffusion.prediction !== 'epsilon') problems.push({ field: 'checkpointId', message: `${teacher.name} predicts the picture; distillation is defined for models that predict the noise.`, hint: 'Extract its learngene by decomposition alone.' });
  if (teacher.model.numClasses !== dataset.classes.length)
    problems.push({ field: 'datasetId', message: `${teacher.name} knows ${teacher.model.numClasses} classes and the dataset ${dataset.name} has ${dataset.classes.length}: it cannot say what it would predict.`, hint: 'Choose the pictures that it was trained on.' });
  return {
    kind: 'distill',
    name: p.name ?? `Distill ${teacher.name}`,
    dataset, checkpointId: teacher.id, learngeneId: null, problems,
    config: { kind: 'distill', model: teacher.model, ranks, diffusion: teacher.diffusion, train, sample: sampling(train), iterations: p.iterations, learnedFrom: teacher.name },
  };
}

/** A model that exists fits only pictures of its size and channels; for other classes its class embedding starts anew. */
export function fitProblems(model: DiTConfig, dataset: Dataset, noun: string): Problem[] {
  if (model.inputSize === dataset.size && model.inChannels === dataset.channels) return [];
  return [{
    field: 'datasetId',
    message: `The dataset ${dataset.name} has pictures of ${dataset.size}×${dataset.size} with ${dataset.channels} channels; this ${noun} takes ${model.inputSize}×${model.inputSize} with ${model.inChannels}.`,
    hint: `Add the pictures again at size ${model.inputSize}, or choose the dataset that it was trained on.`,
  }];
}
