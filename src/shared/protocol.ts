/**
 * Every request and event between the window (or the command line) and the host. Nothing else crosses that border.
 * A request is `{ id, method, params }`, answered by `{ id, result }` or `{ id, error }`. Events carry a sequence number;
 * a client that reconnects asks `events.since` for a snapshot and the gapless rest.
 */
import { z } from 'zod';
import { BACKEND_IDS, FIXED_VARIANCES, RESIZE_METHODS, SAMPLERS, SIGMA_STARTS, diffusionSchema, ranksSchema, trainConfigSchema } from './config';
import { backendInfoSchema, checkpointSchema, datasetSchema, evaluationSchema, exportSchema, learngeneSchema, lineageSchema, RUN_KINDS, RUN_STATUSES, runSchema, sampleSchema, seriesSchema, trashEntrySchema } from './entities';
import type { ErrorInfo } from './errors';
import { INITIALIZATION_IDS } from './initializations';
import { partialWithoutDefaults } from './partial';
import { FEATURE_KINDS, NETWORKS } from './quality';
import { jobResultSchemas } from './worker';

const id = z.string().min(1).max(200);
const none = z.object({});
const ok = z.object({ ok: z.literal(true) });
const trainOptions = partialWithoutDefaults(trainConfigSchema);
const text = z.string().max(100_000);
/** Name of the task that a request starts; the host finds one when it is left out. */
const taskId = id.optional();

/** Phase 1, as a person asks for it; what is left out takes its default. */
export const pretrainParams = z.object({
  datasetId: id,
  name: z.string().max(200).optional(),
  hiddenSize: z.int().min(4).default(96),
  depth: z.int().min(1).default(6),
  heads: z.int().min(1).default(4),
  patchSize: z.int().min(1).default(4),
  mlpRatio: z.number().positive().default(4),
  learnSigma: z.boolean().default(false),
  /** One rank for all types, or one per type; the default is the hidden size. null trains the dense model instead. */
  rank: z.union([z.int().min(1), ranksSchema]).nullable().optional(),
  factorStart: z.enum(['gaussian', 'orthonormal']).default('gaussian'),
  evaluation: z.enum(['auto', 'rebuild', 'factored']).default('auto'),
  diffusion: partialWithoutDefaults(diffusionSchema).optional(),
  train: trainOptions.optional(),
  sampleSteps: z.string().optional(),
  sampleCount: z.int().min(1).max(256).optional(),
});
export const initializeParams = z.object({
  learngeneId: id,
  datasetId: id,
  depths: z.array(z.int().min(1).max(1000)).min(1).max(64),
  /** Experimental: another width, other heads or patches than the learngene's, for all of the depths. Left out, they are the learngene's. */
  hiddenSize: z.int().min(4).optional(),
  heads: z.int().min(1).optional(),
  patchSize: z.int().min(1).optional(),
  resizeMethod: z.enum(RESIZE_METHODS).optional(),
  sigmaStart: z.enum(SIGMA_STARTS).default('line'),
  tuneBiases: z.boolean().default(true),
  train: trainOptions.optional(),
});
export const trainParams = z.object({
  checkpointId: id,
  datasetId: id,
  materialise: z.boolean().default(true),
  name: z.string().max(200).optional(),
  train: trainOptions.optional(),
});
/** Shared factors for a dense model: a decomposition, then training to predict what that model predicts. */
export const distillParams = z.object({
  checkpointId: id,
  datasetId: id,
  name: z.string().max(200).optional(),
  /** One rank for all types, or one per type; the default is the hidden size. */
  rank: z.union([z.int().min(1), ranksSchema]).optional(),
  /** Of the alternating least squares that find the start. */
  iterations: z.int().min(1).max(1000).default(40),
  train: trainOptions.optional(),
});
/**
 * Initialisations compared at an equal budget of steps. Methods start from the given sources; a source that none is given for is
 * trained first, once, and taken again by later comparisons that want the same one.
 */
export const benchParams = z.object({
  datasetId: id,
  name: z.string().max(200).optional(),
  methods: z.array(z.enum(INITIALIZATION_IDS)).min(1),
  depths: z.array(z.int().min(1).max(1000)).min(1).max(64),
  seeds: z.array(z.int().min(0).max(2 ** 31 - 1)).min(1).max(32).default([0]),
  /** One more row: shared factors trained from nothing, in all weights; it shows what the learngene saves. */
  factors: z.boolean().default(false),
  /** One row each for FINE. */
  sigmaStarts: z.array(z.enum(SIGMA_STARTS)).min(1).default(['line']),
  /** For methods that start from an ordinary model. */
  denseCheckpointId: id.optional(),
  /** For FINE: one of the two. */
  learngeneId: id.optional(),
  factorisedCheckpointId: id.optional(),
  /** Of all sources and, but for the depth, of all models; those of the given sources where there are any. */
  hiddenSize: z.int().min(4).optional(),
  sourceDepth: z.int().min(1).max(1000).optional(),
  heads: z.int().min(1).optional(),
  patchSize: z.int().min(1).optional(),
  /** How sources are trained; as many steps as the given ones had, by default. */
  source: z.object({ steps: z.int().min(1).optional(), learningRate: z.number().positive().optional(), batchSize: z.int().min(1).optional(), seed: z.int().min(0).optional() }).default({}),
  /** By method; the method's own where left out. No steps: not adapted at all. */
  adaptation: z.partialRecord(z.enum(INITIALIZATION_IDS), z.object({ steps: z.int().min(0).optional(), learningRate: z.number().positive().optional() })).default({}),
  /** Whether steps of adaptation are taken off the free training, so that every row has as many in all. */
  chargeAdaptation: z.boolean().default(true),
  /** Of the free training: `steps` is the budget, `seed` is one of `seeds`. */
  train: trainOptions.omit({ seed: true }).optional(),
});
export const sampleParams = z.object({
  checkpointId: id,
  classes: z.array(z.int().min(0)).max(4096).optional(),
  count: z.int().min(1).max(4096).optional(),
  seed: z.int().min(0).default(0),
  guidanceScale: z.number().min(0).max(100).default(1),
  guidanceChannels: z.enum(['three', 'all']).default('three'),
  sampler: z.enum(SAMPLERS).default('ddim'),
  steps: z.string().default('50'),
  eta: z.number().min(0).max(1).default(0),
  clipDenoised: z.boolean().default(true),
  fixedVariance: z.enum(FIXED_VARIANCES).optional(),
  useEma: z.boolean().default(true),
  backend: z.enum(BACKEND_IDS).default('auto'),
  /** Absolute paths, from the command line only. */
  out: z.string().optional(),
  noise: z.string().optional(),
  raw: z.string().optional(),
  taskId,
});

/** Samples of a checkpoint against the real pictures of a dataset. */
export const evaluateParams = z.object({
  checkpointId: id,
  /** The one that it was trained on when left out. */
  datasetId: id.optional(),
  features: z.enum(FEATURE_KINDS).default('pixels'),
  /** Path of the ONNX file behind `onnx`. */
  extractor: z.string().min(1).optional(),
  /** What the extractor is, for the names of the figures; told from its file's name when left out. */
  network: z.enum(NETWORKS).optional(),
  samples: z.int().min(2).max(100_000).default(512),
  /** Cycled through; as often as the dataset has them when left out. */
  classes: z.array(z.int().min(0)).min(1).max(4096).optional(),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0),
  guidanceScale: z.number().min(0).max(100).default(1),
  guidanceChannels: z.enum(['three', 'all']).default('three'),
  sampler: z.enum(SAMPLERS).default('ddim'),
  steps: z.string().default('ddim25'),
  eta: z.number().min(0).max(1).default(0),
  clipDenoised: z.boolean().default(true),
  fixedVariance: z.enum(FIXED_VARIANCES).optional(),
  useEma: z.boolean().default(true),
  backend: z.enum(BACKEND_IDS).default('auto'),
  /** Path for the drawn pictures as a tensor, from the command line only. */
  raw: z.string().optional(),
  taskId,
});

/** What a plan costs: shown while a form is edited, and checked before anything starts. */
export const planSchema = z.object({
  parameters: z.number(),
  trainedParameters: z.number(),
  macs: z.number(),
  trainingBytes: z.number(),
  inferenceBytes: z.number(),
  diskBytes: z.number(),
  /** Estimated from what this machine did before; null where nothing of it is known. */
  msPerStep: z.number().nullable(),
  totalMs: z.number().nullable(),
  /** No run has been timed here: the estimate goes by a test step alone. */
  rough: z.boolean().optional(),
  availableBytes: z.number(),
  freeDiskBytes: z.number(),
  problems: z.array(z.object({ field: z.string(), message: z.string(), hint: z.string().optional() })),
  /** The run that it is about, where one request starts several. */
  run: z.object({ name: z.string(), steps: z.int(), source: z.boolean() }).optional(),
});
export type Plan = z.infer<typeof planSchema>;

export const startParams = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pretrain'), params: pretrainParams }),
  z.object({ kind: z.literal('initialize'), params: initializeParams }),
  z.object({ kind: z.literal('train'), params: trainParams }),
  z.object({ kind: z.literal('distill'), params: distillParams }),
  z.object({ kind: z.literal('bench'), params: benchParams }),
]);

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  threads: z.int().min(0).max(512).default(0),
  backend: z.enum(BACKEND_IDS).default('auto'),
  notifications: z.boolean().default(true),
  keepAwake: z.boolean().default(true),
  /** Anything the window keeps: drafts of wizards, saved table columns, dismissed hints. */
  ui: z.record(z.string(), z.unknown()).default({}),
});
export type Settings = z.infer<typeof settingsSchema>;

export const appInfoSchema = z.object({
  version: z.string(),
  home: z.string(),
  platform: z.string(),
  cpus: z.int(),
  cpuModel: z.string(),
  memoryBytes: z.number(),
  freeDiskBytes: z.number(),
  /** Float32 rate of the default backend, as measured by past runs. */
  gflops: z.number().nullable(),
  /** Of a test step, as measured when the backends were compared; null before. */
  testStepGflops: z.number().nullable(),
  catalogVersion: z.int(),
});

export const demoStateSchema = z.object({
  status: z.enum(['idle', 'running', 'completed', 'failed', 'cancelled']),
  /** Index into `phases` while running. */
  phase: z.int(),
  phases: z.array(z.string()),
  fraction: z.number(),
  etaMs: z.number().nullable(),
  datasetId: z.string().nullable(),
  runIds: z.array(z.string()),
  checkpointIds: z.array(z.string()),
  learngeneId: z.string().nullable(),
  exportIds: z.array(z.string()),
  sampleIds: z.array(z.string()),
  error: z.unknown().nullable(),
});
export type DemoState = z.infer<typeof demoStateSchema>;

/** A short job beside training. Requests that start one take a `taskId` of the caller's choice, so that the caller can follow and cancel it. */
export const taskSchema = z.object({ taskId: z.string(), kind: z.string(), label: z.string(), phase: z.string(), fraction: z.number().nullable(), etaMs: z.number().nullable(), status: z.enum(['running', 'done', 'failed', 'cancelled']) });
export type Task = z.infer<typeof taskSchema>;

/** name -> [parameters, result] */
export const METHODS = {
  'app.info': [none, appInfoSchema],
  'settings.get': [none, settingsSchema],
  'settings.set': [partialWithoutDefaults(settingsSchema), settingsSchema],
  'backends.list': [z.object({ measure: z.boolean().default(false) }), z.array(backendInfoSchema)],
  /** Every op with its gradient and some training steps, compared with the JavaScript reference. `unsupported` names what differs. */
  'backends.check': [z.object({ id: z.enum(BACKEND_IDS).exclude(['auto']), taskId }), jobResultSchemas.checkBackend],
  /** By way of npm, pip and a compiler, as they are set up here; checked and timed before it counts as installed. */
  'backends.install': [z.object({ id: z.literal('tensorflow'), cuda: z.boolean().default(false), build: z.boolean().default(false), taskId }), z.object({ notes: z.array(z.string()), check: jobResultSchemas.checkBackend, backends: z.array(backendInfoSchema) })],
  'backends.remove': [z.object({ id: z.literal('tensorflow') }), z.object({ removed: z.boolean() })],

  'datasets.list': [none, z.array(datasetSchema)],
  'datasets.get': [z.object({ id }), datasetSchema],
  'datasets.add': [z.object({ path: z.string().min(1), size: z.int().min(4).max(1024).default(32), name: z.string().max(200).optional(), taskId }), datasetSchema],
  'datasets.rename': [z.object({ id, name: z.string().min(1).max(200) }), datasetSchema],

  'runs.plan': [startParams, z.array(planSchema)],
  'runs.start': [startParams, z.object({ runs: z.array(runSchema), groupId: z.string().nullable() })],
  'runs.list': [
    z.object({
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(100),
      status: z.array(z.enum(RUN_STATUSES)).optional(),
      kind: z.array(z.enum(RUN_KINDS)).optional(),
      search: z.string().max(500).optional(),
      /** With all folders below it; '' gives the runs in no folder. */
      folder: z.string().optional(),
      tag: z.string().optional(),
      starred: z.boolean().optional(),
      groupId: z.string().optional(),
      trashed: z.boolean().default(false),
      /** A column of the run, or `metric:KEY:last|min|max`. */
      sort: z.string().max(200).default('createdAt'),
      descending: z.boolean().default(true),
    }),
    z.object({ runs: z.array(runSchema), total: z.int() }),
  ],
  'runs.get': [z.object({ id }), runSchema],
  'runs.series': [z.object({ id, keys: z.array(z.string()).max(400).optional(), maxPoints: z.int().min(10).max(20_000).default(600), from: z.number().optional(), to: z.number().optional() }), z.array(seriesSchema)],
  'runs.log': [z.object({ id, after: z.int().min(0).default(0), limit: z.int().min(1).max(5000).default(1000) }), z.array(z.object({ n: z.int(), time: z.number(), level: z.string(), message: z.string() }))],
  'runs.pause': [z.object({ id }), runSchema],
  'runs.resume': [z.object({ id }), runSchema],
  'runs.cancel': [z.object({ id }), runSchema],
  'runs.reorder': [z.object({ id, before: z.string().nullable() }), z.array(runSchema)],
  /** Folders are names with slashes; a folder is there as long as a run is in it or below it. Counts are of the run's own folder; '' is none. */
  'runs.folders': [none, z.array(z.object({ folder: z.string(), runs: z.int() }))],
  'runs.move': [z.object({ ids: z.array(id).min(1).max(1000), folder: z.string().max(200) }), z.object({ folder: z.string(), moved: z.int() })],
  /** With all folders below it; empty dissolves it. */
  'runs.renameFolder': [z.object({ from: z.string().min(1).max(200), to: z.string().max(200) }), z.object({ folder: z.string(), moved: z.int() })],
  'runs.update': [z.object({ id, name: z.string().min(1).max(200).optional(), notes: text.optional(), tags: z.array(z.string().max(100)).max(100).optional(), folder: z.string().max(200).optional(), starred: z.boolean().optional() }), runSchema],

  'checkpoints.list': [z.object({ runId: z.string().optional(), trashed: z.boolean().default(false) }), z.array(checkpointSchema)],
  'checkpoints.get': [z.object({ id }), checkpointSchema],
  'checkpoints.rename': [z.object({ id, name: z.string().min(1).max(200) }), checkpointSchema],
  'checkpoints.import': [z.object({ file: z.string().min(1), configFile: z.string().optional(), config: z.record(z.string(), z.unknown()).optional(), name: z.string().max(200).optional(), taskId }), checkpointSchema],
  'checkpoints.forward': [z.object({ checkpointId: id, inputs: z.string(), out: z.string(), useEma: z.boolean().default(true), backend: z.enum(BACKEND_IDS).default('auto'), taskId }), z.object({ out: z.string(), shape: z.array(z.int()) })],
  'checkpoints.analyse': [z.object({ ids: z.array(id).min(1).max(32), taskId }), jobResultSchemas.analyse],

  'learngenes.list': [z.object({ trashed: z.boolean().default(false) }), z.array(learngeneSchema)],
  'learngenes.get': [z.object({ id }), learngeneSchema],
  'learngenes.extract': [z.object({ checkpointId: id, name: z.string().max(200).optional(), rank: z.union([z.int().min(1), ranksSchema]).optional(), iterations: z.int().min(1).max(1000).default(40), taskId }), z.object({ learngene: learngeneSchema, warnings: z.array(z.string()) })],
  /** A learngene file that was made by this application, here or elsewhere: checked, copied into the data folder. */
  'learngenes.import': [z.object({ file: z.string().min(1), name: z.string().max(200).optional(), taskId }), learngeneSchema],
  'learngenes.rename': [z.object({ id, name: z.string().min(1).max(200) }), learngeneSchema],

  'samples.list': [z.object({ runId: z.string().optional(), checkpointId: z.string().optional(), limit: z.int().min(1).max(2000).default(500) }), z.array(sampleSchema)],
  'samples.create': [sampleParams, sampleSchema],

  'exports.list': [z.object({ checkpointId: z.string().optional() }), z.array(exportSchema)],
  'exports.get': [z.object({ id }), exportSchema],
  'exports.create': [z.object({ checkpointId: id, format: z.enum(['onnx', 'safetensors']), precision: z.enum(['float32', 'float16']).default('float32'), form: z.enum(['dense', 'factorised']).optional(), useEma: z.boolean().default(true), dir: z.string().optional(), taskId }), exportSchema],

  /** Newest first. */
  'evaluations.list': [z.object({ checkpointId: z.string().optional(), limit: z.int().min(1).max(5000).default(500) }), z.array(evaluationSchema)],
  'evaluations.get': [z.object({ id }), evaluationSchema],
  'evaluations.create': [evaluateParams, evaluationSchema],

  'lineage.get': [z.object({ id: z.string().optional() }), lineageSchema],
  /** Everything in the trash, or what erasing the given things would mean; the latest first. */
  'trash.list': [z.object({ ids: z.array(id).min(1).max(1000).optional() }), z.array(trashEntrySchema)],
  'trash.move': [z.object({ ids: z.array(id).min(1).max(1000) }), z.object({ moved: z.array(z.string()), bytes: z.number() })],
  'trash.restore': [z.object({ ids: z.array(id).min(1).max(1000) }), ok],
  /** All or nothing: `conflict` for what is not in the trash and for what something else still needs. */
  'trash.erase': [z.object({ ids: z.array(id).min(1).max(1000), confirm: z.literal(true) }), z.object({ bytes: z.number() })],

  /** At work and waiting, in their order. */
  'tasks.list': [none, z.array(taskSchema)],
  /** Stops it and removes what it left half-written; the request that started it is answered with `cancelled`. */
  'tasks.cancel': [z.object({ id }), ok],

  'demo.start': [none, demoStateSchema],
  'demo.state': [none, demoStateSchema],
  'demo.cancel': [none, demoStateSchema],

  'events.since': [z.object({ seq: z.int().min(0) }), z.object({ seq: z.int(), events: z.array(z.unknown()), complete: z.boolean() })],
} as const;

export type Method = keyof typeof METHODS;
/** As the caller gives them (defaults may be left out) and as the host sees them. */
export type ParamsIn<M extends Method> = z.input<(typeof METHODS)[M][0]>;
export type Params<M extends Method> = z.output<(typeof METHODS)[M][0]>;
export type Result<M extends Method> = z.output<(typeof METHODS)[M][1]>;

/** What the host tells everybody who listens. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: runSchema }),
  z.object({ type: z.literal('run.progress'), runId: z.string(), phase: z.string(), step: z.int(), steps: z.int(), perSecond: z.number().nullable(), imagesPerSecond: z.number().nullable(), etaMs: z.number().nullable() }),
  z.object({ type: z.literal('run.metrics'), runId: z.string(), rows: z.array(z.object({ step: z.number(), wall: z.number(), values: z.record(z.string(), z.number().nullable()) })) }),
  z.object({ type: z.literal('run.log'), runId: z.string(), n: z.int(), time: z.number(), level: z.string(), message: z.string() }),
  z.object({ type: z.literal('run.meters'), runId: z.string(), cpu: z.number(), rss: z.number(), gpu: z.number().nullable() }),
  z.object({ type: z.literal('sample'), sample: sampleSchema }),
  z.object({ type: z.literal('dataset'), dataset: datasetSchema }),
  z.object({ type: z.literal('checkpoint'), checkpoint: checkpointSchema }),
  z.object({ type: z.literal('learngene'), learngene: learngeneSchema }),
  z.object({ type: z.literal('export'), export: exportSchema }),
  z.object({ type: z.literal('evaluation'), evaluation: evaluationSchema }),
  z.object({ type: z.literal('task'), task: taskSchema }),
  z.object({ type: z.literal('demo'), demo: demoStateSchema }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  /** Some rows changed in a way best answered by asking again. */
  z.object({ type: z.literal('changed'), what: z.string() }),
]);
export type HostEvent = z.infer<typeof eventSchema>;
export type SequencedEvent = HostEvent & { seq: number };

export const requestSchema = z.object({ id: z.union([z.string(), z.number()]), method: z.enum(Object.keys(METHODS) as [Method, ...Method[]]), params: z.unknown() });

/** What the host sends over any transport: the answer to a request, or an event. `id` is null when the request was not readable. */
export type ServerMessage = { id: string | number; result: unknown } | { id: string | number | null; error: ErrorInfo } | { event: SequencedEvent };

/** The one interface that the window, the command line and the tests talk through. */
export interface ServiceClient {
  call<M extends Method>(method: M, params: ParamsIn<M>): Promise<Result<M>>;
  /** Every event from now on, in order; returns the function that stops it. */
  onEvent(listener: (event: SequencedEvent) => void): () => void;
  /** URL or custom-protocol address of a file below the data folder. */
  fileUrl(path: string): string;
  close(): void;
}
