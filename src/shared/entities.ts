/** What the catalogue holds, as the window and the command line see it. Times are epoch milliseconds, sizes bytes. */
import { z } from 'zod';
import { diffusionSchema, ranksSchema } from './config';
import { FEATURE_KINDS, METRIC_IDS } from './quality';

const id = z.string().min(1);
const time = z.number();

export const classCountSchema = z.object({ name: z.string(), images: z.int() });
export const skippedFileSchema = z.object({ file: z.string(), reason: z.string() });

export const datasetSchema = z.object({
  id,
  name: z.string(),
  kind: z.enum(['builtin', 'folder', 'zip']),
  /** Where the pictures came from: a path, or the package and licence of a built-in set. */
  source: z.string(),
  size: z.int(),
  channels: z.int(),
  /** `pixels`: values map linearly to [-1, 1]. `latents`: multiplied by `scale`, decoded by `decoder`. */
  space: z.enum(['pixels', 'latents']),
  scale: z.number(),
  decoder: z.string().nullable(),
  images: z.int(),
  heldOut: z.int(),
  classes: z.array(classCountSchema),
  skipped: z.array(skippedFileSchema),
  /** Per channel, in [-1, 1]. */
  mean: z.array(z.number()),
  std: z.array(z.number()),
  bytes: z.number(),
  /** Path of the preview grid below the data folder. */
  preview: z.string().nullable(),
  attribution: z.string().nullable(),
  createdAt: time,
  trashedAt: time.nullable(),
});
export type Dataset = z.infer<typeof datasetSchema>;

export const RUN_KINDS = ['pretrain', 'initialize', 'train', 'distill', 'bench'] as const;
export type RunKind = (typeof RUN_KINDS)[number];
export const RUN_STATUSES = ['queued', 'running', 'paused', 'interrupted', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const metricSummarySchema = z.object({ first: z.number(), last: z.number(), min: z.number(), max: z.number(), count: z.int() });

export const runSchema = z.object({
  id,
  kind: z.enum(RUN_KINDS),
  name: z.string(),
  status: z.enum(RUN_STATUSES),
  /** Runs started together: the sizes of one initialisation, the rows of one comparison, the demo. */
  groupId: z.string().nullable(),
  datasetId: z.string().nullable(),
  /** What the run started from. */
  checkpointId: z.string().nullable(),
  learngeneId: z.string().nullable(),
  /** The frozen job, as the worker gets it (see worker.ts), without paths. */
  config: z.record(z.string(), z.unknown()),
  configHash: z.string(),
  step: z.int(),
  steps: z.int(),
  /** Position in the queue, ascending; null when not queued. */
  queuePosition: z.number().nullable(),
  metrics: z.record(z.string(), metricSummarySchema),
  /** Final figures of the run: loss before and after, hash of U and V before and after, parameters, ... */
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.unknown().nullable(),
  backend: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  /** Milliseconds of work, summed over resumes. */
  elapsedMs: z.number(),
  /** One per start and resume: when it was, and the milliseconds of work before it. */
  sittings: z.array(z.object({ at: time, elapsedMs: z.number() })),
  notes: z.string(),
  tags: z.array(z.string()),
  folder: z.string(),
  starred: z.boolean(),
  trashedAt: time.nullable(),
});
export type Run = z.infer<typeof runSchema>;

export const checkpointSchema = z.object({
  id,
  name: z.string(),
  runId: z.string().nullable(),
  datasetId: z.string().nullable(),
  learngeneId: z.string().nullable(),
  form: z.enum(['dense', 'factorised']),
  step: z.int(),
  model: z.looseObject({ inputSize: z.int(), patchSize: z.int(), inChannels: z.int(), hiddenSize: z.int(), depth: z.int(), heads: z.int(), mlpRatio: z.number(), numClasses: z.int(), learnSigma: z.boolean() }),
  ranks: ranksSchema.nullable(),
  diffusion: diffusionSchema,
  classNames: z.array(z.string()),
  /** All stored parameters, and those of the dense model it stands for. */
  parameters: z.number(),
  denseParameters: z.number(),
  hasEma: z.boolean(),
  loss: z.number().nullable(),
  file: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  origin: z.enum(['pretrain', 'initialize', 'train', 'distill', 'import', 'baseline']),
  createdAt: time,
  trashedAt: time.nullable(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

export const learngeneSchema = z.object({
  id,
  name: z.string(),
  /** What it was extracted from; null once that was erased, and for one that came as a file. */
  checkpointId: z.string().nullable(),
  /** Name of the file that it came in; null when it was extracted here. */
  importedFrom: z.string().nullable(),
  hiddenSize: z.int(),
  ranks: ranksSchema,
  sourceDepth: z.int(),
  /** Of the model that it comes from; null where a catalogue of an earlier version no longer knew it. */
  model: checkpointSchema.shape.model.nullable(),
  diffusion: diffusionSchema.nullable(),
  /** What it carries besides U and V, e.g. "embedders", "finalLayer", "biases", "sigma". */
  carries: z.array(z.string()),
  method: z.enum(['direct', 'cp-als']),
  parameters: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  /** SHA-256 over U and V alone. */
  uvHash: z.string(),
  /** Relative error per type and layer, for `cp-als`. */
  errors: z.record(z.string(), z.array(z.number())).nullable(),
  /** What makes it hand on less than it should, in words. */
  warnings: z.array(z.string()),
  file: z.string(),
  createdAt: time,
  trashedAt: time.nullable(),
});
export type Learngene = z.infer<typeof learngeneSchema>;

export const sampleSchema = z.object({
  id,
  runId: z.string().nullable(),
  checkpointId: z.string().nullable(),
  step: z.int().nullable(),
  /** PNG grid below the data folder. */
  file: z.string(),
  columns: z.int(),
  rows: z.int(),
  config: z.record(z.string(), z.unknown()),
  createdAt: time,
});
export type Sample = z.infer<typeof sampleSchema>;

export const exportFileSchema = z.object({ name: z.string(), bytes: z.number(), sha256: z.string() });
export const parityRowSchema = z.object({ batch: z.int(), timestep: z.int(), seed: z.int(), maxAbs: z.number(), meanAbs: z.number(), cosine: z.number() });
export const paritySchema = z.object({ against: z.string(), tolerance: z.number(), pass: z.boolean(), maxAbs: z.number(), meanAbs: z.number(), cosine: z.number(), rows: z.array(parityRowSchema) });
export type Parity = z.infer<typeof paritySchema>;

export const exportSchema = z.object({
  id,
  checkpointId: z.string(),
  format: z.enum(['onnx', 'safetensors']),
  dir: z.string(),
  files: z.array(exportFileSchema),
  parity: paritySchema.nullable(),
  opset: z.int().nullable(),
  precision: z.enum(['float32', 'float16']),
  createdAt: time,
  trashedAt: time.nullable(),
});
export type ExportRecord = z.infer<typeof exportSchema>;

export const TRASH_KINDS = ['dataset', 'run', 'checkpoint', 'learngene', 'export'] as const;
export type TrashKind = (typeof TRASH_KINDS)[number];
/** Something that refers to a thing in the trash, and what erasing that thing means for it. */
export const dependantSchema = z.object({
  id,
  kind: z.enum(TRASH_KINDS),
  name: z.string(),
  /** `blocks`: it still needs the files, so nothing is erased. `erased`: it goes along. `stays`: it loses the link alone. */
  effect: z.enum(['blocks', 'erased', 'stays']),
  detail: z.string(),
});
export type Dependant = z.infer<typeof dependantSchema>;
export const trashEntrySchema = z.object({
  id,
  kind: z.enum(TRASH_KINDS),
  name: z.string(),
  trashedAt: time.nullable(),
  /** On the disk, with everything that goes along. */
  bytes: z.number(),
  dependants: z.array(dependantSchema),
  /** Dependants beyond those listed. */
  more: z.int(),
});
export type TrashEntry = z.infer<typeof trashEntrySchema>;

export const figureSchema = z.object({
  metric: z.enum(METRIC_IDS),
  /** Says features and samples, such as "FD-512 (pca-64 of pixels)". */
  name: z.string(),
  value: z.number(),
  better: z.enum(['lower', 'higher']),
  /** The same measure between two halves of the real pictures; null where they are too few for it. */
  floor: z.number().nullable(),
});
export type EvaluatedFigure = z.infer<typeof figureSchema>;

/** Held-out denoising loss on fixed noise, as training computes it: over all timesteps, and by bands of them (`from` up to, not including, `to`). */
export const validationSchema = z.object({ loss: z.number(), bands: z.array(z.object({ from: z.int(), to: z.int(), loss: z.number(), count: z.int() })) });

/** How good a checkpoint's samples are beside the real pictures of a dataset. */
export const evaluationSchema = z.object({
  id,
  checkpointId: z.string(),
  datasetId: z.string().nullable(),
  featureKind: z.enum(FEATURE_KINDS),
  /** Such as "pca-64 of pixels": figures on other features cannot be compared. */
  featureName: z.string(),
  dimension: z.int(),
  /** Generated pictures, and real ones that they are compared with. */
  samples: z.int(),
  realImages: z.int(),
  seed: z.int(),
  sampler: z.string(),
  steps: z.string(),
  guidanceScale: z.number(),
  /** Everything else that was asked for: classes, eta, clipping, which weights, the extractor's file. */
  config: z.record(z.string(), z.unknown()),
  figures: z.array(figureSchema),
  /** Measures that these pictures or features cannot give, and why. */
  omitted: z.array(z.object({ label: z.string(), reason: z.string() })),
  /** Null when the dataset holds no picture out. */
  validation: validationSchema.nullable(),
  elapsedMs: z.number(),
  createdAt: time,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const lineageSchema = z.object({
  nodes: z.array(z.object({ id, type: z.enum(['dataset', 'run', 'checkpoint', 'learngene', 'export']), label: z.string(), detail: z.string() })),
  edges: z.array(z.object({ from: id, to: id })),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** A series for a chart. Beyond `maxPoints` each bucket gives its minimum and its maximum, so no spike is lost. */
export const seriesSchema = z.object({
  key: z.string(),
  points: z.array(z.object({ step: z.number(), value: z.number().nullable(), wall: z.number() })),
  total: z.int(),
  downsampled: z.boolean(),
});
export type Series = z.infer<typeof seriesSchema>;

export const backendInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  available: z.boolean(),
  /** Why it is not available, or what it fell back to. */
  reason: z.string().nullable(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  gflops: z.number().nullable(),
  /** Whether "auto" takes it and why; left out until the backends of this machine were compared. */
  auto: z.object({ chosen: z.boolean(), note: z.string() }).optional(),
  /** Of what is installed on demand: whether it is, usable or not. */
  installed: z.boolean().optional(),
});
export type BackendInfo = z.infer<typeof backendInfoSchema>;
