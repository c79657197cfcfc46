/** The rows of the trial (docs/method.md, "Trial") as stages, each with the numbers that the trial found. */
import { type DiTConfig, type SigmaStart, uniformRanks } from '../../../src/shared/config';
import type { StudySetting } from '../study';
import type { FeaturesTask, Probes, Recipe, SourceTask, TargetTask } from '../tasks';

const MODEL: DiTConfig = { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const RATE = 1e-3;
const SOURCE_STEPS = 3000;
const FREE_STEPS = 800;
const TUNING_STEPS = 300;
const SAMPLES = 512;

export const FEATURES: FeaturesTask = { kind: 'features', size: 32, classifierSteps: 800 };
const recipe = (emaDecay: number): Recipe => ({ batchSize: 32, warmupSteps: 50, emaDecay, validationSamples: 0 });
const probes = (steps: number[], samples = 0): Probes => ({ steps, samples, features: FEATURES });

/** Phase 1. `found`: val by step. */
export interface SourceRow {
  label: string;
  task: SourceTask;
  found: Record<number, number>;
  /** Thousands of parameters. */
  foundParameters: number;
}

function sourceRow(label: string, method: string, found: Record<number, number>, foundParameters: number, more: Partial<SourceTask> = {}): SourceRow {
  const steps = Math.max(...Object.keys(found).map(Number));
  return {
    label,
    found,
    foundParameters,
    task: { kind: 'source', method, config: MODEL, recipe: recipe(steps > 600 ? 0.995 : 0.99), steps, learningRate: RATE, seed: 0, ...more, probes: probes([0, 400, 1000, 2000, 3000].filter((step) => step <= steps), steps === SOURCE_STEPS ? SAMPLES : 0) },
  };
}

const ranks = (rank: number) => ({ ranks: uniformRanks(rank), start: 'gaussian' as const });

export const SOURCES: SourceRow[] = [
  sourceRow('dense', 'dense', { 400: 0.133, 1000: 0.102, [SOURCE_STEPS]: 0.072 }, 1067),
  sourceRow('TLEG (tied)', 'tleg', { 400: 0.141, 1000: 0.116, [SOURCE_STEPS]: 0.09 }, 398),
  sourceRow('FINE, r = d', 'fine', { 400: 0.133, 1000: 0.112, [SOURCE_STEPS]: 0.086 }, 286),
  sourceRow('FINE, r = d / 2', 'fine', { 400: 0.138, 1000: 0.116 }, 179, { factors: ranks(48) }),
  sourceRow('FINE, r = 2 d', 'fine', { 400: 0.129, 1000: 0.107 }, 501, { factors: ranks(192) }),
];
const [DENSE, TLEG, FINE] = SOURCES.map(({ task }) => task);

function target(method: string, source: SourceTask | null, depth: number, seed: number, more: Partial<TargetTask>): TargetTask {
  return { kind: 'target', method, config: { ...MODEL, depth }, recipe: recipe(0.99), source, seed, steps: FREE_STEPS, learningRate: RATE, adaptation: null, samples: 0, chargedAt: FREE_STEPS, features: FEATURES, probes: probes([0]), ...more };
}

/** Equal dense steps: val of every training seed, and the distances of the first. */
export interface FreeRow {
  label: string;
  depth: number;
  tasks: TargetTask[];
  val: number[];
  pixels: number | null;
  classifier: number | null;
}

function freeRow(label: string, depth: number, method: string, source: SourceTask | null, val: number[], fd: [pixels: number, classifier: number] | null, more: Partial<TargetTask> = {}): FreeRow {
  // Samples cost as much as a hundred steps: those on the way are taken where the question is where the distances part.
  const watched = depth === 4 && source !== null && method !== 'svd' && fd !== null;
  const looked = (seed: number): Probes => (watched && seed === 0 ? probes([0, 200, FREE_STEPS], SAMPLES) : { ...probes([0, 200, FREE_STEPS], fd ? SAMPLES : 0), sampledAt: [FREE_STEPS] });
  return { label, depth, val, pixels: fd?.[0] ?? null, classifier: fd?.[1] ?? null, tasks: val.map((_, seed) => target(method, source, depth, seed, { probes: looked(seed), ...more })) };
}

const tuned = { adaptation: { steps: TUNING_STEPS, learningRate: 1e-2 } };

/** By depth, the rows that the question turns on first. */
export const FREE: FreeRow[] = [
  freeRow('FINE', 4, 'fine', FINE, [0.0743, 0.074], [203, 1456], tuned),
  freeRow('TLEG', 4, 'tleg', TLEG, [0.0786, 0.0785], [171, 1348]),
  freeRow('scratch', 4, 'scratch', null, [0.1104, 0.111], [543, 2003]),
  freeRow('independent SVD per layer, rank 16', 4, 'svd', DENSE, [0.084, 0.0839], [172, 1167]),
  freeRow('layers copied from dense (first N)', 4, 'select-first', DENSE, [0.0777, 0.0775], [162, 1126]),
  freeRow('FINE, line, sigma not tuned', 4, 'fine', FINE, [0.0742], null, { probes: probes([0, 200, FREE_STEPS], SAMPLES) }),
  freeRow('FINE, mean, sigma not tuned', 4, 'fine', FINE, [0.0741], null, { sigmaStart: 'mean' }),
  freeRow('FINE, random sigma, not tuned', 4, 'fine', FINE, [0.0946], null, { sigmaStart: 'random' }),
  freeRow('scratch', 8, 'scratch', null, [0.1018], [489, 1934]),
  freeRow('independent SVD per layer, rank 16', 8, 'svd', DENSE, [0.0722], [164, 976]),
  freeRow('TLEG', 8, 'tleg', TLEG, [0.0728], [158, 1232]),
  freeRow('layers copied from dense (uniform)', 8, 'select-uniform', DENSE, [0.0663], [134, 855]),
  freeRow('FINE', 8, 'fine', FINE, [0.07], [191, 1397], tuned),
];

/** Phase 2: val before and after tuning; null where the trial did not tune, or the start differs from the trial's. */
export interface TuningRow {
  label: string;
  depth: number;
  task: TargetTask;
  before: number | null;
  after: number | null;
}

function tuningRow(label: string, depth: number, sigmaStart: SigmaStart, rate: number | null, before: number | null, after: number | null): TuningRow {
  return { label, depth, before, after, task: target('fine', FINE, depth, 0, { sigmaStart, steps: 0, chargedAt: 0, adaptation: rate === null ? null : { steps: TUNING_STEPS, learningRate: rate } }) };
}

/** FINE's own way is the start of its free training, so it is not run twice. */
const lineRow = (depth: number, before: number, after: number): TuningRow => ({ label: 'line', depth, before, after, task: FREE.find((row) => row.label === 'FINE' && row.depth === depth)!.tasks[0] });

/** The most telling ones first. */
export const TUNING: TuningRow[] = [
  lineRow(4, 0.12, 0.0854),
  tuningRow('mean', 4, 'mean', null, 0.121, null),
  tuningRow('rms of each component, sign of its mean', 4, 'random-rms', 1e-2, 0.131, 0.0856),
  tuningRow('one constant', 4, 'identical', 3e-2, 0.63, 0.0885),
  tuningRow('normal (the trial: random signs of one size)', 4, 'random', 5e-2, 0.7, 0.158),
  tuningRow('rms of each component, sign of its mean', 4, 'random-rms', 3e-2, 0.131, 0.0852),
  tuningRow('one constant', 4, 'identical', 1e-2, 0.63, 0.098),
  tuningRow('one constant', 4, 'identical', 3e-3, 0.63, 0.161),
  tuningRow('normal (the trial: random signs of one size)', 4, 'random', 1e-2, 0.7, 0.248),
  lineRow(8, 0.109, 0.083),
  tuningRow('mean', 8, 'mean', null, 0.11, null),
];

/**
 * The first third of phase 1 once more, and what its untuned learngene is worth at depth 4: with other random numbers, for the
 * spread that the trial, having one source, could not see; and with adaLN zero through sigma instead of U, as it may have been in
 * the trial.
 */
export interface SpreadRow {
  label: string;
  source: SourceTask;
  line: TargetTask;
  identical: TargetTask;
}

const again = (source: SourceTask, seed: number): SourceTask => (seed === 0 ? source : { ...source, seed, probes: { ...probes([400, 1000, SOURCE_STEPS], SAMPLES), sampledAt: [SOURCE_STEPS] } });

function spreadRow(label: string, source: SourceTask): SpreadRow {
  const untuned = (sigmaStart: SigmaStart) => target('fine', source, 4, 0, { sigmaStart, steps: 0, chargedAt: 0 });
  return { label, source, line: untuned('line'), identical: untuned('identical') };
}

const SPREAD_STEPS = SOURCE_STEPS / 3;
const started = (seed: number): SourceTask => ({ ...FINE, steps: SPREAD_STEPS, seed, probes: { ...probes([400, SPREAD_STEPS], SAMPLES), sampledAt: [SPREAD_STEPS] } });

export const SPREAD: SpreadRow[] = [
  spreadRow('seed 0, adaLN zero through sigma', { ...started(0), factors: { ...ranks(MODEL.hiddenSize), adaLNZero: 'sigma' } }),
  spreadRow('seed 1', started(1)),
  spreadRow('seed 0', started(0)),
  spreadRow('seed 2', started(2)),
];

/** Changes of the recipe at the trial's size; the unchanged recipes are the trial's own rows. */
export const TRIAL_SETTING: StudySetting = {
  features: FEATURES,
  source: (method, seed) => again({ dense: DENSE, tleg: TLEG, fine: FINE }[method], seed),
  target: (method, source, seed) => ({ ...FREE.find(({ depth, tasks }) => depth === 4 && tasks[0].method === method)!.tasks[0], source, seed }),
};

/** Line through sigma of the source: R2 of depth against the first component of all types, of qkv and of fc2, and that component's share. */
export const SIGMA = { source: FINE, all: 0.83, qkv: 0.37, fc2: 0.985, share: 0.46 };
/** Between halves of the real pictures (here: between 512 of them and all, see the report). */
export const FLOOR = { pixels: 13, classifier: 38 };
/** What the trial says of its own spread over training seeds. */
export const NOISE = { val: 0.0003, pixels: 6, classifier: 25 };
