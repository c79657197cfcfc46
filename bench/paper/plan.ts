/** How large the comparison is: model, steps, methods, depths and seeds, fitted to the time there is. */
import type { DiTConfig, SigmaStart } from '../../src/shared/config';
import type { FeaturesTask, Recipe } from './tasks';

export interface Plan {
  name: string;
  model: DiTConfig;
  recipe: Recipe;
  features: FeaturesTask;
  /** Depths of the targets; the source has `model.depth`. */
  depths: number[];
  ablationDepth: number;
  methods: string[];
  pretrainSteps: number;
  /** Free training of a target. */
  targetSteps: number;
  /** Tuning of sigma, scalers and the like; never more than half of `targetSteps`, or charging it would leave nothing. */
  adaptSteps: number;
  /** Pretraining seeds; the target seeds are used with each. */
  pretrainSeeds: number[];
  targetSeeds: number[];
  rates: number[];
  /** Factors on each method's own adaptation rate. */
  adaptFactors: number[];
  sigmaStarts: SigmaStart[];
  /** Pictures behind a Frechet distance. */
  samples: number;
}

/** Pictures of 16 at patch 4 are 16 tokens instead of 64, so that a comparison of minutes has hundreds of steps instead of tens. */
export const SMALL_PICTURES = 16;
export const PICTURES = 32;
const EMOJI: DiTConfig = { inputSize: SMALL_PICTURES, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const RECIPE: Recipe = { batchSize: 32, warmupSteps: 50, emaDecay: 0.995, validationSamples: 576, validations: 5 };

const standard: Omit<Plan, 'pretrainSteps' | 'targetSteps' | 'adaptSteps'> = {
  name: 'standard',
  model: EMOJI,
  recipe: RECIPE,
  features: { kind: 'features', size: SMALL_PICTURES, classifierSteps: 800 },
  depths: [4, 8],
  ablationDepth: 4,
  methods: ['scratch', 'select-uniform', 'svd', 'tleg', 'fine'],
  pretrainSeeds: [0],
  targetSeeds: [0, 1],
  rates: [5e-4, 1e-3, 2e-3],
  adaptFactors: [0.3, 1, 3],
  sigmaStarts: ['random', 'identical', 'line'],
  samples: 256,
};

/** Workers slow one another down, and the last stages do not keep all of them busy. */
const USABLE = 0.75;
/** Tracing and compiling, for each stage; fitting and training both extractors, once. Measured where a step at depth 6 takes 60 ms. */
const STAGE_MS = 2000;
const FEATURES_MS = 20_000;
/** Targets are trained for this share of the pretraining's steps, as 100K of 300K in the paper. */
const TARGET_SHARE = 1 / 3;
const LEAST_TARGET_STEPS = 60;

/**
 * The standard comparison in about `minutes` on `workers` processes of one thread: `blockStepMs` is the time of one training step
 * per block (embedders and final layer counted as one block), measured beforehand.
 */
export function standardPlan(minutes: number, workers: number, blockStepMs: number): Plan {
  const available = minutes * 60_000 * workers * USABLE;
  const fixed = FEATURES_MS + stages(standard) * STAGE_MS + (samplingCost(standard) + validationCost(standard)) * blockStepMs;
  const perPretrainStep = costPerPretrainStep(standard) * blockStepMs;
  const pretrainSteps = Math.floor(Math.max(0, available - fixed) / perPretrainStep / 50) * 50;
  return withSteps(standard, Math.max(pretrainSteps, LEAST_TARGET_STEPS / TARGET_SHARE));
}

/** Everything: all methods, wider model, four depths, three pretraining seeds. Days on a small machine; made for a large one. */
export function fullPlan(): Plan {
  const methods = ['scratch', 'he', 'mimetic', 'select-first', 'select-uniform', 'share', 'heur-lg', 'auto-lg', 'tleg', 'ligo', 'wave', 'kind', 'svdiff', 'svd', 'fine'];
  return {
    ...withSteps({ ...standard, name: 'full', methods, model: { ...EMOJI, inputSize: PICTURES, hiddenSize: 192, heads: 6 }, features: { kind: 'features', size: PICTURES, classifierSteps: 800 }, depths: [3, 4, 8, 12], pretrainSeeds: [0, 1, 2], targetSeeds: [0, 1], sigmaStarts: ['random', 'identical', 'mean', 'line', 'carry', 'random-rms'], samples: 2048 }, 30_000),
    adaptSteps: 300,
  };
}

/** A few steps of everything at tiny size: shows that the machinery works, and nothing else. */
export function smokePlan(): Plan {
  return {
    ...standard,
    name: 'smoke',
    model: { ...EMOJI, hiddenSize: 16, heads: 2, depth: 3 },
    recipe: { ...RECIPE, batchSize: 8, warmupSteps: 2, validationSamples: 16 },
    features: { kind: 'features', size: SMALL_PICTURES, classifierSteps: 10 },
    depths: [2, 4],
    ablationDepth: 2,
    methods: fullPlan().methods,
    pretrainSteps: 12,
    targetSteps: 6,
    adaptSteps: 3,
    rates: [1e-3, 2e-3],
    adaptFactors: [1],
    samples: 80,
  };
}

function withSteps(plan: Omit<Plan, 'pretrainSteps' | 'targetSteps' | 'adaptSteps'>, pretrainSteps: number): Plan {
  const targetSteps = Math.max(LEAST_TARGET_STEPS, Math.round(pretrainSteps * TARGET_SHARE));
  return { ...plan, pretrainSteps, targetSteps, adaptSteps: Math.min(300, Math.floor(targetSteps / 2)) };
}

/** Steps of the searches for a rate, as shares of the run that they decide. */
export const SEARCH_SHARE = { pretrain: 0.15, target: 0.5 };

/** Cost in steps of one block, for each step of pretraining. */
function costPerPretrainStep(plan: typeof standard): number {
  const sourceBlocks = plan.model.depth + 1;
  const sources = 1 + plan.methods.filter((method) => ['tleg', 'fine', 'share', 'wave', 'kind'].includes(method)).length;
  const pretraining = sources * sourceBlocks * (plan.pretrainSeeds.length + plan.rates.length * SEARCH_SHARE.pretrain);
  const searches = plan.methods.length * plan.rates.length * SEARCH_SHARE.target * (plan.ablationDepth + 1);
  const targets = plan.methods.length * plan.depths.reduce((sum, depth) => sum + depth + 1, 0) * plan.pretrainSeeds.length * plan.targetSeeds.length;
  const ablation = (plan.sigmaStarts.length + 1) * (plan.ablationDepth + 1) * plan.targetSeeds.length;
  const longScratch = plan.ablationDepth + 1;
  const adaptation = 0.3 * targets / plan.methods.length;
  return pretraining + longScratch + TARGET_SHARE * (searches + targets + ablation + adaptation);
}

/** Targets that are sampled: the main comparison, FINE once more at its full cost, and the ablation. */
const sampledTargets = (plan: typeof standard): number => (plan.methods.length + 1) * plan.depths.length * plan.pretrainSeeds.length * plan.targetSeeds.length + (plan.sigmaStarts.length + 1) * plan.targetSeeds.length;

function stages(plan: typeof standard): number {
  const sources = 3 * (plan.pretrainSeeds.length + plan.rates.length);
  return sources + plan.methods.length * plan.rates.length + plan.adaptFactors.length + sampledTargets(plan);
}

/** A forward pass is a third of a training step. */
function validationCost(plan: typeof standard): number {
  const batches = plan.recipe.validationSamples / plan.recipe.batchSize;
  return (sampledTargets(plan) * ((plan.recipe.validations ?? 0) + 2) * batches * 7) / 3;
}

/** A forward pass is a third of a training step; every distance takes 25 of them for each batch. */
function samplingCost(plan: typeof standard): number {
  const batches = plan.samples / plan.recipe.batchSize;
  return (sampledTargets(plan) * batches * 25 * 7) / 3;
}
