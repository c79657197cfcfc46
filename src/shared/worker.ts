/**
 * What the host and a worker process say to each other (Node IPC, structured clone). A worker runs one job and exits.
 * Paths are absolute and chosen by the host; a worker writes nowhere else.
 */
import { z } from 'zod';
import { BACKEND_IDS, RESIZE_METHODS, SIGMA_STARTS, diffusionSchema, ditConfigSchema, ranksSchema, sampleConfigSchema, trainConfigSchema } from './config';
import { datasetSchema, evaluationSchema, exportFileSchema, learngeneSchema, metricSummarySchema, paritySchema } from './entities';
import type { ErrorInfo } from './errors';
import { FEATURE_KINDS, NETWORKS } from './quality';
import { INITIALIZATION_IDS } from './initializations';

const path = z.string().min(1);

/** Options of phase 1. */
export const factorOptionsSchema = z.object({
  ranks: ranksSchema,
  /** Start of U and V: gaussian (1/out, 1/in variance) or orthonormal columns. */
  start: z.enum(['gaussian', 'orthonormal']).default('gaussian'),
  evaluation: z.enum(['auto', 'rebuild', 'factored']).default('auto'),
});

/** Options of phase 2. */
export const sigmaOptionsSchema = z.object({
  depth: z.int().min(1),
  sigmaStart: z.enum(SIGMA_STARTS).default('line'),
  /** Block biases start on the learngene's line over depth and are tuned along with sigma, as a choice. */
  tuneBiases: z.boolean().default(true),
  biasLearningRate: z.number().positive().default(1e-3),
  /** Experimental: other channels than the learngene's. U and V are then derived from it, and it is the derived ones that stay untouched. */
  resize: z.object({ hiddenSize: z.int().min(1), heads: z.int().min(1), patchSize: z.int().min(1), method: z.enum(RESIZE_METHODS) }).nullable().default(null),
  /** Embedders and final layer are tuned at the rate of the biases: derived ones fit less well. */
  tuneOuter: z.boolean().default(false),
});
export type SigmaOptions = z.infer<typeof sigmaOptionsSchema>;

/** Optimiser steps between copying a source and materialising the target. */
export const adaptationSchema = z.object({ steps: z.int().min(1), learningRate: z.number().positive() });

const trainingJob = {
  runId: z.string(),
  /** Folder of the run: `state.safetensors`, samples, log. */
  runDir: path,
  datasetDir: path,
  diffusion: diffusionSchema,
  train: trainConfigSchema,
  /** Where the finished checkpoint goes. */
  checkpointFile: path,
  sample: z.object({ steps: z.string(), count: z.int(), guidanceScale: z.number(), seed: z.int() }).nullable(),
  resume: z.boolean(),
  /** What computed it so far: 'auto' stays with it, so that a resumed run repeats the uninterrupted one bit for bit. */
  startedOn: z.enum(BACKEND_IDS).nullable(),
};

export const jobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pretrain'), ...trainingJob, model: ditConfigSchema, factors: factorOptionsSchema.nullable() }),
  z.object({ kind: z.literal('initialize'), ...trainingJob, learngeneFile: path, sigma: sigmaOptionsSchema }),
  z.object({ kind: z.literal('train'), ...trainingJob, fromFile: path, /** Give up the factorised form before training. */ materialise: z.boolean() }),
  /** Shared factors for a dense model: decomposed, then trained to predict what it predicts. */
  z.object({ kind: z.literal('distill'), ...trainingJob, fromFile: path, ranks: ranksSchema, iterations: z.int().min(1) }),
  /**
   * One model of a comparison. `source` trains the method's own form, `target` starts a size from its source, adapts it, makes it
   * dense and trains it freely; `train.steps` counts adaptation and free training together.
   */
  z.object({
    kind: z.literal('bench'), ...trainingJob, method: z.enum(INITIALIZATION_IDS), stage: z.enum(['source', 'target']), model: ditConfigSchema,
    from: z.object({ form: z.enum(['checkpoint', 'learngene', 'form']), file: path }).nullable(),
    adaptation: adaptationSchema.nullable(),
    /** FINE alone: how sigma starts. */
    sigmaStart: z.enum(SIGMA_STARTS).nullable(),
    /** A step of this run at which the held-out loss is noted as `chargedLoss`: where one without adaptation ends. */
    chargedAt: z.int().min(1).nullable(),
  }),
  z.object({ kind: z.literal('dataset'), datasetDir: path, source: path, sourceKind: z.enum(['folder', 'zip', 'builtin']), name: z.string(), size: z.int().min(4).max(1024) }),
  z.object({ kind: z.literal('extract'), checkpointFile: path, learngeneFile: path, ranks: ranksSchema.nullable(), iterations: z.int().default(40) }),
  z.object({ kind: z.literal('sample'), checkpointFile: path, outFile: path.nullable(), sample: sampleConfigSchema, noiseFile: path.nullable(), /** The noise says how many pictures there are; the classes are cycled through. */ cycleClasses: z.boolean(), rawFile: path.nullable(), backend: z.enum(BACKEND_IDS), threads: z.int() }),
  z.object({ kind: z.literal('import'), sourceFile: path, configFile: path.nullable(), config: z.record(z.string(), z.unknown()).nullable(), checkpointFile: path }),
  z.object({ kind: z.literal('importLearngene'), sourceFile: path, learngeneFile: path }),
  z.object({ kind: z.literal('forward'), checkpointFile: path, inputsFile: path, outFile: path, useEma: z.boolean(), backend: z.enum(BACKEND_IDS), threads: z.int() }),
  z.object({ kind: z.literal('export'), checkpointFile: path, dir: path, format: z.enum(['onnx', 'safetensors']), precision: z.enum(['float32', 'float16']), /** By default the smaller one for ONNX, the checkpoint's own for safetensors. */ form: z.enum(['dense', 'factorised']).optional(), useEma: z.boolean() }),
  z.object({
    kind: z.literal('evaluate'),
    checkpointFile: path,
    datasetDir: path,
    /** Where drawn pictures are kept until the job is done: one that was killed goes on from them. Of this job alone. */
    workDir: path,
    features: z.enum(FEATURE_KINDS),
    extractorFile: path.nullable(),
    /** What the extractor is; null leaves it to the name of its file. */
    network: z.enum(NETWORKS).nullable(),
    samples: z.int().min(2),
    /** Cycled through; null draws them as often as the dataset has them. */
    classes: z.array(z.int().min(0)).min(1).nullable(),
    sample: sampleConfigSchema.omit({ classes: true }),
    rawFile: path.nullable(),
    backend: z.enum(BACKEND_IDS),
    threads: z.int(),
  }),
  z.object({ kind: z.literal('analyse'), checkpointFiles: z.array(path).min(1) }),
  z.object({ kind: z.literal('backends'), measure: z.boolean() }),
  z.object({ kind: z.literal('checkBackend'), backend: z.enum(BACKEND_IDS).exclude(['auto']) }),
  /** TensorFlow into `folder`; what is not finished goes to `stage`. `build` skips the installer that the npm package has. */
  z.object({ kind: z.literal('installBackend'), folder: path, stage: path, cuda: z.boolean(), build: z.boolean() }),
]);
export type Job = z.infer<typeof jobSchema>;
export type JobOf<K extends Job['kind']> = Extract<Job, { kind: K }>;
/** Jobs that train: each belongs to a run, leaves states behind and can be resumed. */
export type TrainingKind = 'pretrain' | 'initialize' | 'train' | 'distill' | 'bench';
export type TrainingJob = JobOf<TrainingKind>;

/** What a stored model is; the same for checkpoints written by training and by import. */
export const modelFactsSchema = z.object({
  form: z.enum(['dense', 'factorised']),
  model: ditConfigSchema,
  ranks: ranksSchema.nullable(),
  diffusion: diffusionSchema,
  classNames: z.array(z.string()),
  parameters: z.number(),
  denseParameters: z.number(),
  hasEma: z.boolean(),
  step: z.int(),
  loss: z.number().nullable(),
  bytes: z.number(),
  sha256: z.string(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

/** What a learngene file is; the same for one that was extracted and one that came from elsewhere. */
const learngeneFactsSchema = learngeneSchema.pick({ method: true, hiddenSize: true, ranks: true, sourceDepth: true, carries: true, parameters: true, bytes: true, sha256: true, uvHash: true, errors: true, warnings: true }).extend({ model: ditConfigSchema, diffusion: diffusionSchema });

/** The value of a finished job, by kind. */
export const jobResultSchemas = {
  pretrain: z.object({ checkpoint: modelFactsSchema, lossBefore: z.number(), lossAfter: z.number(), parameters: z.number(), trainedParameters: z.number() }),
  initialize: z.object({ checkpoint: modelFactsSchema, lossBefore: z.number(), lossAfter: z.number(), parameters: z.number(), trainedParameters: z.number(), uvHashBefore: z.string(), uvHashAfter: z.string() }),
  train: z.object({ checkpoint: modelFactsSchema, lossBefore: z.number(), lossAfter: z.number(), parameters: z.number(), trainedParameters: z.number() }),
  /** `carried`: numbers of the source that had to be moved; `tuned`: those that the adaptation trained; losses before it, after it and at the end. */
  bench: z.object({ checkpoint: modelFactsSchema, lossBefore: z.number(), lossAdapted: z.number().nullable(), lossAfter: z.number(), parameters: z.number(), trainedParameters: z.number(), carried: z.number(), tuned: z.number() }),
  /** `errors`: relative error of the decomposition that it started from, per type and layer. */
  distill: z.object({ checkpoint: modelFactsSchema, lossBefore: z.number(), lossAfter: z.number(), parameters: z.number(), trainedParameters: z.number(), errors: z.record(z.string(), z.array(z.number())) }),
  dataset: datasetSchema.pick({ size: true, channels: true, space: true, scale: true, decoder: true, images: true, heldOut: true, classes: true, skipped: true, mean: true, std: true, bytes: true, attribution: true }).extend({ previewFile: path }),
  extract: learngeneFactsSchema,
  importLearngene: learngeneFactsSchema,
  sample: z.object({ outFile: path.nullable(), rawFile: path.nullable(), classes: z.array(z.int()), columns: z.int(), rows: z.int(), msPerImage: z.number() }),
  import: z.object({ checkpoint: modelFactsSchema }),
  forward: z.object({ outFile: path, shape: z.array(z.int()) }),
  export: z.object({ files: z.array(exportFileSchema), parity: paritySchema.nullable(), opset: z.int().nullable() }),
  evaluate: evaluationSchema.pick({ featureName: true, dimension: true, realImages: true, figures: true, omitted: true, validation: true, elapsedMs: true }),
  /** Per checkpoint: sigma[type][layer][k]; PCA over all layers of all checkpoints given, per type and for all types together. */
  analyse: z.object({
    sigma: z.array(z.record(z.string(), z.array(z.array(z.number())))),
    pca: z.record(z.string(), z.object({ explained: z.array(z.number()), r2: z.number(), points: z.array(z.array(z.array(z.number()))) })),
    /** Per small checkpoint: which layer of the deepest one each of its layers is closest to (cosine). */
    alignment: z.array(z.array(z.number())),
  }),
  backends: z.array(z.looseObject({ id: z.string(), name: z.string(), available: z.boolean(), reason: z.string().nullable(), device: z.string().nullable(), version: z.string().nullable(), gflops: z.number().nullable() })),
  /** All `ops` and some training steps came out right; `msPerStep` is of a small training step. */
  checkBackend: z.object({ id: z.string(), name: z.string(), device: z.string().nullable(), version: z.string().nullable(), ops: z.int(), msPerStep: z.number() }),
  /** `notes`: what a person should know of how it went. */
  installBackend: z.object({ tensorflow: z.string().nullable(), cuda: z.boolean(), source: z.enum(['package', 'wheel']), notes: z.array(z.string()) }),
} as const;
export type JobResult<K extends Job['kind']> = z.infer<(typeof jobResultSchemas)[K]>;

/** Worker to host. */
export type WorkerEvent =
  | { type: 'started'; backend: string; step: number; steps: number; elapsedMs: number }
  /** `fraction` in 0..1; `phase` is a few words such as "tracing", "training", "sampling". */
  | { type: 'progress'; phase: string; done: number; total: number; perSecond: number | null; etaMs: number | null }
  /** One row per step, several rows per message. */
  | { type: 'metrics'; rows: { step: number; wall: number; values: Record<string, number> }[] }
  | { type: 'sample'; step: number; file: string; columns: number; rows: number; config: Record<string, unknown> }
  /** A training state is safely on disk; the run can resume from here. */
  | { type: 'state'; step: number; bytes: number }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; message: string }
  | { type: 'meters'; cpu: number; rss: number; gpu: number | null }
  | { type: 'paused'; step: number }
  | { type: 'done'; result: unknown }
  | { type: 'failed'; error: ErrorInfo };

/** Host to worker. `pause` and `cancel` take effect within one step; `pause` writes the state first. */
export type WorkerCommand = { type: 'run'; job: Job } | { type: 'pause' } | { type: 'cancel' } | { type: 'ping' };

/** In a run's folder: its latest metric rows as lines of JSON, the older file first. Lines that are not JSON were cut off by a kill. */
export const JOURNAL_FILES = ['metrics.1.jsonl', 'metrics.jsonl'] as const;

/** In a run's folder: its training states; in a comparison, those of the adaptation that comes first, then the model that it ended with. A run with any of them can go on. */
export const STATE_DIR = 'state';
export const ADAPTATION_DIR = 'adaptation';
export const ADAPTED_FILE = 'adapted.safetensors';
/** In the folder of a run that trained a method's own form: that form, for the models that start from it. */
export const FORM_FILE = 'form.safetensors';

export type MetricSummary = z.infer<typeof metricSummarySchema>;
