/** Configuration of models, training and sampling: one zod schema each, with the defaults and the rules that a form or a command line shows. */
import { z } from 'zod';
import './wording';

/** The five weight matrices of a DiT block, in the order of FINE (arXiv 2409.19289, section 3). */
export const WEIGHT_TYPES = ['qkv', 'proj', 'fc1', 'fc2', 'adaLN'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

const positive = z.int().min(1);

/** Architecture of a DiT (Peebles & Xie 2023). Sizes in pixels or latent cells; `numClasses` excludes the null class, whose index is `numClasses`. */
const ditShape = z.object({
  inputSize: positive,
  patchSize: positive,
  inChannels: positive,
  hiddenSize: positive,
  depth: positive.max(1000),
  heads: positive,
  mlpRatio: z.number().positive().default(4),
  numClasses: positive,
  learnSigma: z.boolean().default(false),
});

export const ditConfigSchema = ditShape.superRefine((c, ctx) => {
  const bad = (field: keyof typeof c, message: string) => ctx.addIssue({ code: 'custom', path: [field], message });
  if (c.inputSize % c.patchSize !== 0) bad('patchSize', `The image size ${c.inputSize} is not divisible by the patch size ${c.patchSize}. Choose a patch size that divides it, such as ${divisors(c.inputSize).slice(0, 6).join(', ')}.`);
  if (c.hiddenSize % c.heads !== 0) bad('heads', `The hidden size ${c.hiddenSize} is not divisible by ${c.heads} heads. Choose a number of heads that divides it, such as ${divisors(c.hiddenSize).slice(0, 8).join(', ')}.`);
  if (c.hiddenSize % 4 !== 0) bad('hiddenSize', `The hidden size ${c.hiddenSize} must be a multiple of 4, because the position table holds sines and cosines for rows and columns.`);
  if (!Number.isInteger(c.hiddenSize * c.mlpRatio)) bad('mlpRatio', `The MLP ratio ${c.mlpRatio} does not give a whole number of channels at hidden size ${c.hiddenSize}.`);
});
export type DiTConfig = z.infer<typeof ditConfigSchema>;

/** Rank of the shared factors per weight type. */
export const ranksSchema = z.object({ qkv: positive, proj: positive, fc1: positive, fc2: positive, adaLN: positive });
export type Ranks = z.infer<typeof ranksSchema>;

/** Rows and columns of a block's weight matrix: W [out, in], y = x W^T. */
export function weightShape(type: WeightType, hiddenSize: number, mlpRatio = 4): { out: number; in: number } {
  const d = hiddenSize;
  const m = Math.round(hiddenSize * mlpRatio);
  switch (type) {
    case 'qkv': return { out: 3 * d, in: d };
    case 'proj': return { out: d, in: d };
    case 'fc1': return { out: m, in: d };
    case 'fc2': return { out: d, in: m };
    case 'adaLN': return { out: 6 * d, in: d };
    default: return type satisfies never;
  }
}

/** The largest rank that a matrix of this type can have: min(out, in). */
export function maxRank(type: WeightType, hiddenSize: number, mlpRatio = 4): number {
  const s = weightShape(type, hiddenSize, mlpRatio);
  return Math.min(s.out, s.in);
}

export function uniformRanks(rank: number): Ranks {
  return { qkv: rank, proj: rank, fc1: rank, fc2: rank, adaLN: rank };
}

export const BACKEND_IDS = ['auto', 'onnxruntime', 'onnxruntime-api', 'webgpu', 'cuda', 'directml', 'coreml', 'tensorflow', 'tensorflow-bf16', 'tensorflow-eager', 'tfjs-cpu'] as const;
export type BackendId = (typeof BACKEND_IDS)[number];
/** What 'auto' tries, the fastest first. */
export const AUTO_BACKENDS = ['onnxruntime', 'onnxruntime-api', 'tfjs-cpu'] as const satisfies readonly BackendId[];

export const NOISE_SCHEDULES = ['linear', 'squaredcos_cap_v2'] as const;
export const PREDICTIONS = ['epsilon', 'x0'] as const;

/** The diffusion process (Ho et al. 2020; Nichol & Dhariwal 2021). */
export const diffusionSchema = z.object({
  timesteps: positive.default(1000),
  schedule: z.enum(NOISE_SCHEDULES).default('linear'),
  prediction: z.enum(PREDICTIONS).default('epsilon'),
});
export type DiffusionConfig = z.infer<typeof diffusionSchema>;

/** How much a timestep counts in the training loss, see `lossWeights`. */
export const LOSS_WEIGHTINGS = ['uniform', 'min-snr', 'unit-variance'] as const;
export type LossWeighting = (typeof LOSS_WEIGHTINGS)[number];

export const trainConfigSchema = z.object({
  steps: positive,
  batchSize: positive.default(32),
  /** Micro-batches whose gradients are averaged before one update. */
  accumulate: positive.default(1),
  learningRate: z.number().positive().default(1e-3),
  schedule: z.enum(['constant', 'cosine']).default('constant'),
  warmupSteps: z.int().min(0).default(50),
  weightDecay: z.number().min(0).default(0),
  beta1: z.number().min(0).max(0.9999).default(0.9),
  beta2: z.number().min(0).max(0.999999).default(0.999),
  /** Largest global gradient norm; 0 switches clipping off. */
  gradientClip: z.number().min(0).default(0),
  emaDecay: z.number().min(0).max(0.999999).default(0.99),
  /** Whether the average follows more closely at first (see `decayAt`); the official code keeps one decay from the start. */
  emaWarmup: z.boolean().default(true),
  /** Probability of replacing a label by the null class (classifier-free guidance, Ho & Salimans 2022). */
  labelDropout: z.number().min(0).max(1).default(0.1),
  horizontalFlip: z.boolean().default(true),
  lossWeighting: z.enum(LOSS_WEIGHTINGS).default('uniform'),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0),
  sampleEvery: z.int().min(0).default(0),
  checkpointEvery: z.int().min(0).default(200),
  validateEvery: z.int().min(0).default(0),
  backend: z.enum(BACKEND_IDS).default('auto'),
  threads: z.int().min(0).default(0),
});
export type TrainConfig = z.infer<typeof trainConfigSchema>;

/** Where U and V come from when a new size has other channels than the learngene; experimental, see docs/method.md. */
export const RESIZE_METHODS = ['project', 'select'] as const;
export type ResizeMethod = (typeof RESIZE_METHODS)[number];

/** How sigma of a new size starts (FINE, table "Ablation B"; see docs/method.md). */
export const SIGMA_STARTS = ['line', 'mean', 'random', 'random-rms', 'identical', 'carry'] as const;
export type SigmaStart = (typeof SIGMA_STARTS)[number];

export const SAMPLERS = ['ddim', 'ddpm', 'dpm++2m', 'dpm++2m-bounded', 'unipc', 'unipc-bounded'] as const;
export type SamplerId = (typeof SAMPLERS)[number];

/** Of DDPM's steps when the model learns no variance (Ho et al. 2020, section 3.2): beta, as the official code takes it, or that of the posterior. */
export const FIXED_VARIANCES = ['fixed-large', 'fixed-small'] as const;

export const sampleConfigSchema = z.object({
  sampler: z.enum(SAMPLERS).default('ddim'),
  /** A count ("50") or the official `ddimN` form. */
  steps: z.string().regex(/^(ddim)?[1-9]\d*$/, 'Give a number of steps such as 50, or ddim25.').default('50'),
  guidanceScale: z.number().min(0).max(100).default(1),
  guidanceChannels: z.enum(['three', 'all']).default('three'),
  eta: z.number().min(0).max(1).default(0),
  clipDenoised: z.boolean().default(true),
  fixedVariance: z.enum(FIXED_VARIANCES).optional(),
  seed: z.int().min(0).max(2 ** 31 - 1).default(0),
  /** One class per image; the null class is `numClasses`. */
  classes: z.array(z.int().min(0)).min(1).max(4096),
  useEma: z.boolean().default(true),
});
export type SampleConfig = z.infer<typeof sampleConfigSchema>;

export function divisors(n: number): number[] {
  const out: number[] = [];
  for (let i = 1; i <= n; i++) if (n % i === 0) out.push(i);
  return out;
}
