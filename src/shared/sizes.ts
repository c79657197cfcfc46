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

/** Numbers that phase 2 trains for one size: sigma of every block and, as a choice, the blocks' biases. */
export function countTunedParameters(config: DiTConfig, ranks: Ranks, tuneBiases: boolean): number {
  const count = countParameters(config, ranks);
  return config.depth * (count.sigmaPerBlock + (tuneBiases ? count.biasesPerBlock : 0));
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

/** Multiply-accumulates of one training step: the backward pass takes twice the forward one. */
export function trainingStepMacs(config: DiTConfig, batchSize: number): number {
  return 3 * batchSize * forwardMacs(config);
}

// ---- memory ----

/** Memory of a process that has the engine loaded and holds no model. */
const PROCESS_BYTES = 180e6;
/** Allocator rounding and the code of compiled graphs. */
const SLACK = 1.1;

/**
 * Estimated peak of a training process in bytes.
 *
 * Parameters: value and its next value (updates are double-buffered), gradient, two moments, average (EMA): 6 copies of what is
 * trained, 2 of what is frozen. Rebuilt dense weights of a factorised model: W and its gradient for every block.
 * Activations kept for the backward pass, in values per token and block: two normalisations and their modulated outputs (4 d),
 * the gated branches and sums (6 d), q, k, v before and after reordering (6 d), the attention's output (2 d), the MLP's hidden
 * layer with its inputs to the gradient (3 m); and per head three T x T matrices. The widest block's gradients add once more.
 * Memory is an upper estimate by construction: a runtime that frees early stays below.
 */
export function estimateTrainingBytes(config: DiTConfig, options: { batchSize: number; ranks: Ranks | null; trained?: number }): number {
  const count = countParameters(config, options.ranks);
  const trained = options.trained ?? count.total;
  const parameters = 6 * trained + 2 * (count.total - trained);
  const rebuilt = options.ranks ? 2 * config.depth * sumTypes((type) => matrixEntries(type, config)) : 0;
  const block = options.batchSize * blockActivations(config);
  const activations = (config.depth + 1) * block + options.batchSize * imageActivations(config);
  return PROCESS_BYTES + SLACK * FLOAT_BYTES * (parameters + rebuilt + activations);
}

/** Estimated peak of sampling in bytes: the weights, one block's activations, the images. A guided batch counts twice. */
export function estimateInferenceBytes(config: DiTConfig, options: { batchSize: number; ranks: Ranks | null }): number {
  const count = countParameters(config, options.ranks);
  const largestRebuilt = options.ranks ? Math.max(...WEIGHT_TYPES.map((type) => matrixEntries(type, config))) : 0;
  const activations = options.batchSize * (blockActivations(config) + imageActivations(config));
  // The runtime holds the weights twice while it loads them.
  return PROCESS_BYTES + SLACK * FLOAT_BYTES * (2 * count.total + largestRebuilt + activations);
}

/** Bytes of a model's file, and of a training state (values, average and both moments). */
export function checkpointBytes(config: DiTConfig, ranks: Ranks | null): number {
  return FLOAT_BYTES * countParameters(config, ranks).total;
}
export function trainingStateBytes(config: DiTConfig, ranks: Ranks | null, trained?: number): number {
  const { total } = countParameters(config, ranks);
  return FLOAT_BYTES * (total + 3 * (trained ?? total));
}

function blockActivations(config: DiTConfig): number {
  const { hiddenSize: d, heads } = config;
  const T = tokenCount(config);
  return T * (18 * d + 3 * Math.round(d * config.mlpRatio)) + 3 * heads * T * T + 6 * d;
}

function imageActivations(config: DiTConfig): number {
  return 6 * config.inputSize ** 2 * (config.inChannels + outputChannels(config)) + 4 * tokenCount(config) * config.hiddenSize;
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
