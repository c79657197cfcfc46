/** The form of an initialisation, and its way to the request and the command. */
import { type LossWeighting, RESIZE_METHODS, type ResizeMethod, SIGMA_STARTS, type SigmaStart } from '@shared/config';
import type { Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import type { SigmaOptions } from '@shared/worker';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'initialize' }>['params'];

export interface InitializeValues {
  learngeneId: string | null;
  datasetId: string | null;
  depths: number[];
  /** What was chosen beforehand, and for which learngene: another learngene brings its own, until a person has chosen. */
  suggested: { learngeneId: string; depths: number[] } | null;
  /** Undefined is the learngene's. */
  hiddenSize?: number;
  heads?: number;
  patchSize?: number;
  resizeMethod: ResizeMethod;
  sigmaStart: SigmaStart;
  tuneBiases: boolean;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  sampleEvery?: number;
  emaDecay?: number;
  emaWarmup: boolean;
  lossWeighting: LossWeighting;
}

export const INITIAL: InitializeValues = { learngeneId: null, datasetId: null, depths: [], suggested: null, resizeMethod: 'project', sigmaStart: 'line', tuneBiases: true, steps: 300, learningRate: 0.01, seed: 0, emaWarmup: true, lossWeighting: 'uniform' };

export const START_LABELS: Record<SigmaStart, { label: string; help: string }> = {
  line: { label: 'Line over depth', help: 'A straight line through the source’s sigma, read off at the new layers. The best start in the comparisons here.' },
  carry: { label: 'Nearest layer', help: 'Each layer takes sigma of the source’s layer at the same relative depth.' },
  mean: { label: 'Mean', help: 'Every layer starts from the average over the source’s layers.' },
  'random-rms': { label: 'Random, size kept', help: 'The source’s size per component, jittered by 10 %.' },
  identical: { label: 'Identical', help: 'One constant per type of weight, as in the paper’s ablation.' },
  random: { label: 'Random', help: 'As in the paper: normal numbers of the source’s size. Needs the most steps.' },
};
export const START_OPTIONS = SIGMA_STARTS.map((value) => ({ value, label: START_LABELS[value].label })).toSorted((a, b) => Object.keys(START_LABELS).indexOf(a.value) - Object.keys(START_LABELS).indexOf(b.value));

export const RESIZE_LABELS: Record<ResizeMethod, { label: string; help: string }> = {
  project: { label: 'Projected', help: 'As selected, but what a block reads from channels that are gone is estimated from those that stay, as measured on the pictures. The better start in the comparisons here.' },
  select: { label: 'Selected', help: 'Evenly spread channels stay, scaled to keep the variance.' },
};
export const RESIZE_OPTIONS = RESIZE_METHODS.map((value) => ({ value, label: RESIZE_LABELS[value].label }));

/** The form that would start this run again: one size, although it may have been started with others. */
export function fromRun(run: Run): InitializeValues {
  const { sigma, train } = run.config as { sigma?: Partial<SigmaOptions>; train?: Partial<InitializeValues> };
  const { resize } = sigma ?? {};
  const { steps, batchSize, learningRate, seed, sampleEvery, emaDecay, emaWarmup = INITIAL.emaWarmup, lossWeighting = INITIAL.lossWeighting } = train ?? {};
  const depths = sigma?.depth ? [sigma.depth] : [];
  return {
    ...INITIAL, learngeneId: run.learngeneId, datasetId: run.datasetId, depths, suggested: run.learngeneId ? { learngeneId: run.learngeneId, depths: [] } : null,
    ...(resize && { hiddenSize: resize.hiddenSize, heads: resize.heads, patchSize: resize.patchSize, resizeMethod: resize.method }),
    sigmaStart: sigma?.sigmaStart ?? INITIAL.sigmaStart, tuneBiases: sigma?.tuneBiases ?? INITIAL.tuneBiases,
    steps, batchSize, learningRate, seed, sampleEvery, emaDecay, emaWarmup, lossWeighting,
  };
}

/** What a review of a copy compares. */
export function tuningRows(v: InitializeValues, base: InitializeValues): { label: string; value: string; before: string; main?: boolean }[] {
  const rows: [string, (of: InitializeValues) => string][] = [
    ['Depths', (of) => of.depths.join(', ') || '–'],
    ['Width, heads, patch size', (of) => [of.hiddenSize, of.heads, of.patchSize].every((n) => n === undefined) ? 'the learngene’s' : `${[of.hiddenSize, of.heads, of.patchSize].map((n) => n ?? 'as the learngene').join(', ')}, ${RESIZE_LABELS[of.resizeMethod].label.toLowerCase()}`],
    ['Sigma starts as', (of) => START_LABELS[of.sigmaStart].label],
    ['Biases of the blocks', (of) => (of.tuneBiases ? 'tuned, too' : 'left alone')],
    ['Steps × batch', (of) => `${of.steps ?? 'default'} × ${of.batchSize ?? 'default'}`],
    ['Learning rate', (of) => String(of.learningRate ?? 'default')],
    ['Seed', (of) => String(of.seed ?? 0)],
    ['EMA decay', (of) => `${of.emaDecay ?? 'default'}${of.emaWarmup ? '' : ', without warm-up'}`],
    ['Timesteps in the loss', (of) => of.lossWeighting],
  ];
  return rows.map(([label, show], i) => ({ label, value: show(v), before: show(base), main: i === 0 }));
}

/** Null while the learngene, the dataset or the sizes are missing. Fields left empty take the host's defaults. */
export function toRequest(v: InitializeValues): Request | null {
  if (!v.learngeneId || !v.datasetId || v.depths.length === 0) return null;
  return {
    learngeneId: v.learngeneId, datasetId: v.datasetId, depths: v.depths, hiddenSize: v.hiddenSize, heads: v.heads, patchSize: v.patchSize, resizeMethod: v.resizeMethod, sigmaStart: v.sigmaStart, tuneBiases: v.tuneBiases,
    train: { steps: v.steps, batchSize: v.batchSize, learningRate: v.learningRate, seed: v.seed, sampleEvery: v.sampleEvery, emaDecay: v.emaDecay, emaWarmup: v.emaWarmup, lossWeighting: v.lossWeighting },
  };
}

export function toCommand(v: InitializeValues): string {
  return commandLine('initialize', {
    learngene: v.learngeneId ?? 'LEARNGENE', dataset: v.datasetId ?? 'DATASET', depth: v.depths.length > 0 ? v.depths : ['DEPTH'], hidden: v.hiddenSize, heads: v.heads, patch: v.patchSize, resize: v.resizeMethod === 'project' ? null : v.resizeMethod, steps: v.steps, batch: v.batchSize, lr: v.learningRate, seed: v.seed,
    'sigma-start': v.sigmaStart === 'line' ? null : v.sigmaStart, 'no-biases': !v.tuneBiases, 'sample-every': v.sampleEvery,
    'ema-decay': v.emaDecay, 'no-ema-warmup': !v.emaWarmup, 'loss-weighting': v.lossWeighting === 'uniform' ? null : v.lossWeighting,
  });
}
