/** How big a model is and what it costs, from its configuration alone: parameters, multiply-accumulates, memory. */
import { WEIGHT_TYPES, weightShape, type DiTConfig, type Ranks, type WeightType } from './config';

const TIMESTEP_CHANNELS = 256;
const FLOAT_BYTES = 4;

// ---- parameters ----

export interface ParameterCount {
  /** All that is stored: factors instead of block weights when factorised. The frozen position table is not stored. */
  total: number;
  /** The same model with dense weights. */
  dense: number;
  /** U and V of all types; 0 when dense. */
  shared: number;
  /** Sigma of one block; 0 when dense. */
  sigmaPerBlock: number;
  /** Biases of one block. */
  biasesPerBlock: number;
  /** Weights and biases of one dense block. */
  densePerBlock: number;
  xEmbedder: number;
  tEmbedder: number;
  yEmbedder: number;
  finalLayer: number;
  /** Entries of the frozen position table, which the DiT paper counts as parameters. */
  positionTable: number;
}

/** Number of parameters by part; `ranks` null for a dense model. */
export function countParameters(config: DiTConfig, ranks: Ranks | null): ParameterCount {
  const { hiddenSize: d, patchSize: p, depth } = config;
  const tokenOut = p * p * outputChannels(config);
  const xEmbedder = d * config.inChannels * p * p + d;
  const tEmbedder = TIMESTEP_CHANNELS * d + d + d * d + d;
  const yEmbedder = (config.numClasses + 1) * d;
  const finalLayer = tokenOut * d + tokenOut + 2 * d * d + 2 * d;
  const biasesPerBlock = sumTypes((type) => weightShape(type, d, config.mlpRatio).out);
  const weightsPerBlock = sumTypes((type) => matrixEntries(type, config));
  const shared = ranks ? sumTypes((type) => ranks[type] * matrixSides(type, config)) : 0;
  const sigmaPerBlock = ranks ? sumTypes((type) => ranks[type]) : 0;
  const outside = xEmbedder + tEmbedder + yEmbedder + finalLayer;
  const dense = outside + depth * (weightsPerBlock + biasesPerBlock);
  return {
    total: ranks ? outside + shared + depth * (sigmaPerBlock + biasesPerBlock) : dense,
    dense,
    shared,
    sigmaPerBlock,
    biasesPerBlock,
    densePerBlock: weightsPerBlock + biasesPerBlock,
    xEmbedder,
    tEmbedder,
    yEmbedder,
    finalLayer,
    positionTable: tokenCount(config) * d,
  };
}

/** Numbers that phase 2 trains for one size: sigma of every block and, as a choice, the blocks' biases, the embedders and the final layer. */
export function countTunedParameters(config: DiTConfig, ranks: Ranks, { tuneBiases, tuneOuter = false }: { tuneBiases: boolean; tuneOuter?: boolean }): number {
  const count = countParameters(config, ranks);
  const outer = count.xEmbedder + count.tEmbedder + count.yEmbedder + count.finalLayer;
  return config.depth * (count.sigmaPerBlock + (tuneBiases ? count.biasesPerBlock : 0)) + (tuneOuter ? outer : 0);
}

// ---- work ----

export function tokenCount(config: DiTConfig): number {
  return (config.inputSize / config.patchSize) ** 2;
}

/**
 * Multiply-accumulates of one image's forward pass through the dense model: matrix products only, as the DiT paper's "GFLOPs".
 * Per block 12 d^2 T (at MLP ratio 4) for the tokens, 2 T^2 d for attention, 6 d^2 for adaLN.
 */
export function forwardMacs(config: DiTConfig): number {
  const { hiddenSize: d, patchSize: p, depth } = config;
  const T = tokenCount(config);
  const perToken = sumTypes((type) => (type === 'adaLN' ? 0 : matrixEntries(type, config)));
  const block = T * perToken + 2 * T * T * d + matrixEntries('adaLN', config);
  const embedders = T * d * config.inChannels * p * p + TIMESTEP_CHANNELS * d + d * d;
  const final = T * d * p * p * outputChannels(config) + 2 * d * d;
  return depth * block + embedders + final;
}

/**
 * Multiply-accumulates of one image's forward pass through the factorised model, each matrix applied as `((x V) sigma) U^T` or
 * rebuilt once per batch, whichever takes less. The first product of adaLN is the same in every block and done once.
 */
export function factorisedForwardMacs(config: DiTConfig, ranks: Ranks, batchSize: number): number {
  const T = tokenCount(config);
  const saved = sumTypes((type) => {
    const rows = type === 'adaLN' ? 1 : T;
    const entries = matrixEntries(type, config);
    const factored = rows * ranks[type] * matrixSides(type, config);
    const rebuilt = rows * entries + (ranks[type] * entries) / batchSize;
    const shared = type === 'adaLN' && factored < rebuilt ? (config.depth - 1) * ranks[type] * config.hiddenSize : 0;
    return config.depth * (rows * entries - Math.min(factored, rebuilt)) + shared;
  });
  return forwardMacs(config) - saved;
}

/**
 * Whether ((x V) sigma) U^T takes fewer multiply-accumulates than rebuilding W first. Forward: rows r (in + out) against
 * rows in out + r in out. With every gradient both triple, so the comparison stays. With frozen U and V the factored form
 * needs no product for their gradients (2 instead of 3), while the rebuilt one still needs that of W to reach sigma.
 */
export function factoredIsCheaper(cost: { rows: number; out: number; in: number; rank: number; frozenFactors: boolean }): boolean {
  const { rows, out, in: inputs, rank, frozenFactors } = cost;
  const factored = rows * rank * (inputs + out);
  const dense = rows * inputs * out;
  const rebuilding = rank * inputs * out;
  return frozenFactors ? 2 * factored < 3 * dense + 2 * rebuilding : factored < dense + rebuilding;
}

/** Multiply-accumulates of one training step: the backward pass takes twice the forward one. */
export function trainingStepMacs(config: DiTConfig, batchSize: number): number {
  return 3 * batchSize * forwardMacs(config);
}

// ---- memory ----

/**
 * Peak of a training process in bytes, with ONNX Runtime on the processor. Its parts follow from what is alive at the peak, the
 * start of the backward pass; the factors in front are least squares on measured peaks (docs/memory.md), then
 * raised by 11 % so that the estimate stays above all of them.
 *
 * State, in copies of what is trained: weight, both moments, average (updated in place), gradient, and the held-out loss's own
 * weights. Frozen tensors are baked into two graphs, each with its model in serialised form.
 * Kept for the backward pass, per token and block: two normalisations and what is made of them (4 d), q, k and v (3 d), the
 * attention's output before and after its projection (2 d), the MLP's output (1 d), its hidden layer before and after the
 * activation (2 m); per head a T x T matrix of attention; and where W is rebuilt, W and its gradient, where it is not, x V.
 * Around the peak: gradients on their way through one block, that block's temporaries, and the forward pass of the held-out loss.
 *
 * `trained` is the number of trained parameters (all by default), `teacher` adds a frozen dense model of the same shape, and
 * `sampleBatch` the sampler of a run that draws grids, for that many pictures at once (a guided one counts twice).
 * The pictures of the dataset come on top.
 */
export function estimateTrainingBytes(config: DiTConfig, options: { batchSize: number; ranks: Ranks | null; trained?: number; accumulate?: number; teacher?: boolean; sampleBatch?: number }): number {
  const { batchSize, ranks, accumulate = 1, teacher = false, sampleBatch = 0 } = options;
  const count = countParameters(config, ranks);
  const trained = options.trained ?? count.total;
  const frozen = count.total - trained + (teacher ? count.dense : 0);
  const state = (6 + (accumulate > 1 ? 1 : 0)) * trained;
  const work = TRAINING.frozen * frozen + TRAINING.kept * (config.depth * keptPerBlock(config, batchSize) - overlaid(config, batchSize, accumulate > 1 ? 0 : trained)) + TRAINING.passing * passing(config, batchSize) + factorMemory(config, batchSize, ranks, trained < count.total, TRAINING);
  const sampler = sampleBatch > 0 ? TRAINING.sampler * count.total + SAMPLING.passing * passing(config, sampleBatch) : 0;
  return TRAINING.process + TRAINING.perBlock * config.depth + FLOAT_BYTES * (TRAINING.state * state + work + sampler);
}

/** Peak of a sampling process in bytes: weights and their average as stored, the weights serialised and laid out for products; one block's activations. A guided batch counts twice. */
export function estimateInferenceBytes(config: DiTConfig, options: { batchSize: number; ranks: Ranks | null }): number {
  const { batchSize, ranks } = options;
  const count = countParameters(config, ranks);
  const work = SAMPLING.weights * count.total + SAMPLING.passing * passing(config, batchSize) + factorMemory(config, batchSize, ranks, true, SAMPLING);
  return SAMPLING.process + SAMPLING.perBlock * config.depth + FLOAT_BYTES * work;
}

/** Whole process and per block (graph, its session, code) in bytes; the rest multiplies numbers of four bytes. */
const TRAINING = { process: 159e6, perBlock: 2.2e6, state: 1.12, frozen: 2.2, kept: 1.25, passing: 3.8, rebuilt: 4.2, low: 0.8, sampler: 1.3 };
const SAMPLING = { process: 150e6, perBlock: 1.4e6, weights: 4.1, passing: 1.65, rebuilt: 0.1, low: 0.45 };

/** Numbers that one block leaves for the backward pass. */
function keptPerBlock({ hiddenSize: d, heads, mlpRatio, ...config }: DiTConfig, batchSize: number): number {
  const T = tokenCount({ hiddenSize: d, heads, mlpRatio, ...config });
  return batchSize * (T * (10 * d + 2 * Math.round(d * mlpRatio)) + heads * T * T);
}

/** Of those, what lies in the memory of gradients (`engine/tensor/overlay.ts`): q, k, v, attention and the MLP before its activation, of all blocks but the first, as far as there are gradients. */
function overlaid(config: DiTConfig, batchSize: number, trained: number): number {
  const { hiddenSize: d, heads, mlpRatio, depth } = config;
  const T = tokenCount(config);
  return Math.min((depth - 1) * batchSize * (T * (3 * d + Math.round(d * mlpRatio)) + heads * T * T), (trained * (depth - 1)) / depth);
}

/** Numbers on their way through one block. */
function passing(config: DiTConfig, batchSize: number): number {
  const { hiddenSize: d, heads, mlpRatio } = config;
  const T = tokenCount(config);
  return batchSize * (T * (2 * d + 2 * Math.round(d * mlpRatio)) + 2 * heads * T * T);
}

/** Numbers that factorised products take in all blocks: a rebuilt W, or the tokens in `rank` channels. */
function factorMemory(config: DiTConfig, batchSize: number, ranks: Ranks | null, frozenFactors: boolean, factor: { rebuilt: number; low: number }): number {
  if (!ranks) return 0;
  return config.depth * sumTypes((type) => {
    const rows = batchSize * (type === 'adaLN' ? 1 : tokenCount(config));
    const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
    const factored = factoredIsCheaper({ rows, out: shape.out, in: shape.in, rank: ranks[type], frozenFactors });
    return factored ? factor.low * rows * ranks[type] : factor.rebuilt * matrixEntries(type, config);
  });
}

/** Bytes of a model's file, and of a training state (values, average and both moments). */
export function checkpointBytes(config: DiTConfig, ranks: Ranks | null): number {
  return FLOAT_BYTES * countParameters(config, ranks).total;
}
export function trainingStateBytes(config: DiTConfig, ranks: Ranks | null, trained?: number): number {
  const { total } = countParameters(config, ranks);
  return FLOAT_BYTES * (total + 3 * (trained ?? total));
}

// ---- presets ----

export interface SizePreset {
  id: string;
  label: string;
  /** What it is good for, in one sentence. */
  description: string;
  hiddenSize: number;
  depth: number;
  heads: number;
  patchSize: number;
}

const OFFICIAL = [
  { letter: 'S', hiddenSize: 384, depth: 12, heads: 6 },
  { letter: 'B', hiddenSize: 768, depth: 12, heads: 12 },
  { letter: 'L', hiddenSize: 1024, depth: 24, heads: 16 },
  { letter: 'XL', hiddenSize: 1152, depth: 28, heads: 16 },
] as const;

/** The sizes of the DiT paper (table 1), at every patch size. */
export const OFFICIAL_PRESETS: readonly SizePreset[] = OFFICIAL.flatMap(({ letter, ...shape }) =>
  [2, 4, 8].map((patchSize) => ({ id: `DiT-${letter}/${patchSize}`, label: `DiT-${letter}/${patchSize}`, description: `Peebles & Xie 2023, table 1; for 32x32x4 latents of 256x256 pictures.`, ...shape, patchSize })),
);

/** Sizes for 32x32 pictures that train on an ordinary processor. */
export const SMALL_PRESETS: readonly SizePreset[] = [
  { id: 'tiny', label: 'Tiny', description: 'The quickest to see a loss fall; rough shapes and colours at best.', hiddenSize: 64, depth: 4, heads: 4, patchSize: 4 },
  { id: 'small', label: 'Small', description: 'The size for trying things out on an ordinary processor.', hiddenSize: 96, depth: 6, heads: 4, patchSize: 4 },
  { id: 'medium', label: 'Medium', description: 'Twice the width of Small and over four times the work: for a fast processor.', hiddenSize: 192, depth: 8, heads: 6, patchSize: 4 },
  { id: 'large', label: 'Large', description: 'Four times the tokens: better on a graphics card.', hiddenSize: 256, depth: 12, heads: 8, patchSize: 2 },
];

export const PRESETS: readonly SizePreset[] = [...SMALL_PRESETS, ...OFFICIAL_PRESETS];

/** The same model at several depths, all else equal: what one learngene initialises. */
export function depthSweep(config: DiTConfig, depths: readonly number[]): DiTConfig[] {
  return depths.map((depth) => ({ ...config, depth }));
}

// ---- helpers ----

function outputChannels(config: DiTConfig): number {
  return config.learnSigma ? 2 * config.inChannels : config.inChannels;
}

function matrixEntries(type: WeightType, config: DiTConfig): number {
  const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
  return shape.out * shape.in;
}

function matrixSides(type: WeightType, config: DiTConfig): number {
  const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
  return shape.out + shape.in;
}

function sumTypes(value: (type: WeightType) => number): number {
  return WEIGHT_TYPES.reduce((sum, type) => sum + value(type), 0);
}
