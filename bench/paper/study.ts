/**
 * Changes of FINE's recipe, one at a time, beside the methods it is compared with: what each does to the losses, timestep by
 * timestep, and to the distances, at the source and at a target of other depth.
 */
import { type DiTConfig, type LossWeighting, type Ranks, uniformRanks } from '../../src/shared/config';
import { table } from './markdown';
import type { Plan } from './plan';
import type { Pool } from './pool';
import { PROBED_TIMESTEPS, meanLoss } from './probe';
import type { FeaturesTask, Probe, Probes, SourceResult, SourceTask, TargetResult, TargetTask } from './tasks';

const RATE = 1e-3;
const TUNING_RATE = 1e-2;
/** Added to a source's seed when it is trained on: other batches than at its start. */
const CONTINUED_SEED = 500;

export interface Variant {
  label: string;
  method: string;
  /**
   * Differences from the setting's own recipe. `annealed`: trained on for this share of its steps, with a rate
   * that falls to zero; `first`: weighted so before that.
   */
  source?: { ranks?: (d: number) => Ranks; orthonormal?: boolean; zeroSigma?: boolean; weighting?: LossWeighting; length?: number; schedule?: 'cosine'; rate?: number; annealed?: number; first?: LossWeighting; clip?: number };
  target?: { tuning?: number; outer?: boolean; weighting?: LossWeighting; schedule?: 'cosine' };
}

const withAdaLN = (adaLN: (d: number) => number) => (d: number): Ranks => ({ ...uniformRanks(d), adaLN: adaLN(d) });

/** In the order in which they are run. */
export const VARIANTS: Variant[] = [
  { label: 'FINE, as it is', method: 'fine' },
  { label: 'TLEG', method: 'tleg' },
  { label: 'FINE, cosine in phase 1', method: 'fine', source: { schedule: 'cosine' } },
  { label: 'FINE, cosine in free training', method: 'fine', target: { schedule: 'cosine' } },
  { label: 'TLEG, cosine in free training', method: 'tleg', target: { schedule: 'cosine' } },
  { label: 'FINE, unit-variance in phase 1', method: 'fine', source: { weighting: 'unit-variance' } },
  { label: 'TLEG, unit-variance', method: 'tleg', source: { weighting: 'unit-variance' } },
  { label: 'FINE, rank 2 d', method: 'fine', source: { ranks: (d) => uniformRanks(2 * d) } },
  { label: 'FINE, orthonormal start', method: 'fine', source: { orthonormal: true } },
  { label: 'FINE, sigma not tuned', method: 'fine', target: { tuning: 0 } },
  { label: 'FINE, embedders and final layer tuned too', method: 'fine', target: { outer: true } },
  { label: 'TLEG, cosine in pretraining', method: 'tleg', source: { schedule: 'cosine' } },
  { label: 'FINE, half the rate in phase 1', method: 'fine', source: { rate: RATE / 2 } },
  { label: 'FINE, min-SNR in phase 1', method: 'fine', source: { weighting: 'min-snr' } },
  { label: 'FINE, phase 1 twice as long', method: 'fine', source: { length: 2 } },
  { label: 'FINE, adaLN of rank 3 d', method: 'fine', source: { ranks: withAdaLN((d) => 3 * d) } },
  { label: 'layers copied from dense', method: 'select-first' },
  { label: 'TLEG, min-SNR', method: 'tleg', source: { weighting: 'min-snr' } },
  { label: 'FINE, phase 1 a sixth longer, with a falling rate', method: 'fine', source: { annealed: 1 / 6 } },
  { label: 'TLEG, pretraining a sixth longer, with a falling rate', method: 'tleg', source: { annealed: 1 / 6 } },
  { label: 'FINE, adaLN zero through sigma', method: 'fine', source: { zeroSigma: true } },
  { label: 'FINE, phase 1 a sixth longer, with a falling rate and min-SNR', method: 'fine', source: { annealed: 1 / 6, weighting: 'min-snr' } },
  { label: 'FINE, min-SNR in tuning', method: 'fine', target: { weighting: 'min-snr' } },
  { label: 'FINE, min-SNR in phase 1, a sixth longer without it, with a falling rate', method: 'fine', source: { annealed: 1 / 6, first: 'min-snr' } },
  { label: 'FINE, gradients of phase 1 clipped', method: 'fine', source: { clip: 1 } },
];

/** At what size the variants are tried: the stages that they change. */
export interface StudySetting {
  features: FeaturesTask;
  source(method: 'dense' | 'tleg' | 'fine', seed: number): SourceTask;
  /** At another depth than the source's. */
  target(method: string, source: SourceTask, seed: number): TargetTask;
}

/** Of the source and of the target. */
export interface Seeds {
  source: number;
  target: number;
}

export interface StudyRow {
  variant: Variant;
  seeds: Seeds;
  source: SourceResult;
  target: TargetResult;
}

export async function study(setting: StudySetting, pool: Pool, variants: Variant[], seeds: Seeds[], onRow: (rows: StudyRow[]) => void): Promise<void> {
  await pool.run(setting.features);
  const rows: StudyRow[] = [];
  for (const both of seeds) {
    for (const variant of variants) {
      const source = sourceOf(setting, variant, both.source);
      if (source.continues) await pool.run(source.continues);
      const foundSource = await pool.run(source);
      rows.push({ variant, seeds: both, source: foundSource, target: await pool.run(targetOf(setting, variant, source, both.target)) });
      onRow(rows);
    }
  }
}

/** The rows whose stages have all been run. */
export async function studied(setting: StudySetting, pool: Pool, seeds: Seeds[]): Promise<StudyRow[]> {
  const rows: StudyRow[] = [];
  for (const variant of VARIANTS) {
    for (const both of seeds) {
      const task = sourceOf(setting, variant, both.source);
      const [source, target] = await Promise.all([pool.find(task), pool.find(targetOf(setting, variant, task, both.target))]);
      if (source && target) rows.push({ variant, seeds: both, source, target });
    }
  }
  return rows;
}

function sourceOf(setting: StudySetting, { method, source }: Variant, seed: number): SourceTask {
  const base = setting.source(method === 'fine' || method === 'tleg' ? method : 'dense', seed);
  if (!source) return base;
  const d = base.config.hiddenSize;
  const steps = Math.round(base.steps * (source.annealed ?? source.length ?? 1));
  const factors = source.ranks || source.orthonormal || source.zeroSigma ? { ranks: source.ranks?.(d) ?? uniformRanks(d), start: source.orthonormal ? ('orthonormal' as const) : ('gaussian' as const), adaLNZero: source.zeroSigma ? ('sigma' as const) : undefined } : undefined;
  const onTheWay = base.probes!.steps.filter((step) => step > 0 && step < steps);
  const probes: Probes = { ...base.probes!, steps: [...onTheWay, steps], sampledAt: onTheWay.length > 0 ? [steps] : undefined };
  const changed: SourceTask = { ...base, steps, learningRate: source.rate ?? base.learningRate, factors, lossWeighting: source.weighting, gradientClip: source.clip, schedule: source.schedule, probes };
  if (!source.annealed) return changed;
  const continues = source.first ? sourceOf(setting, { label: '', method, source: { weighting: source.first } }, seed) : base;
  return { ...changed, schedule: 'cosine', seed: seed + CONTINUED_SEED, continues };
}

function targetOf(setting: StudySetting, { method, target }: Variant, source: SourceTask, seed: number): TargetTask {
  const base = setting.target(method, source, seed);
  if (!target) return base;
  const steps = target.tuning ?? base.adaptation?.steps ?? 0;
  return { ...base, adaptation: steps > 0 ? { steps, learningRate: TUNING_RATE, outer: target.outer, lossWeighting: target.weighting } : null, schedule: target.schedule };
}

/** The variants at the size of a comparison. What a variant may change stands in the stages in one place, so that their names stay. */
export function planSetting(plan: Plan): StudySetting {
  const recipe = { ...plan.recipe, validationSamples: 0, validations: 0 };
  const probes = (steps: number[]): Probes => ({ steps, samples: plan.samples, features: plan.features });
  return {
    features: plan.features,
    source: (method, seed) => ({ kind: 'source', method, config: plan.model, recipe, steps: plan.pretrainSteps, learningRate: RATE, seed, factors: undefined, lossWeighting: undefined, schedule: undefined, probes: probes([plan.pretrainSteps]) }),
    target(method, source, seed) {
      const config: DiTConfig = { ...plan.model, depth: plan.ablationDepth };
      const adaptation = method === 'fine' ? { steps: plan.adaptSteps, learningRate: TUNING_RATE } : null;
      return { kind: 'target', method, config, recipe, source, seed, steps: plan.targetSteps, learningRate: RATE, adaptation, samples: 0, chargedAt: plan.targetSteps, features: plan.features, schedule: undefined, probes: probes([0, plan.targetSteps]) };
    },
  };
}

export function studyTable(rows: StudyRow[]): string {
  const cells = ({ heldOut, fd }: Probe): string[] => [meanLoss(heldOut).toFixed(4), bands(heldOut), `${fd!.pixels.toFixed(0)} (${fd!.pixelsShift.toFixed(0)}) / ${fd!.classifier.toFixed(0)}`];
  const heads = (what: string): string[] => [`${what}: val`, 'by thirds of t', 'FD'];
  return table(
    ['', 'seed', 'carried', ...heads('source'), ...heads('tuned'), ...heads('trained')],
    rows.map(({ variant, seeds, source, target }) => [variant.label, showSeeds(seeds), `${(target.carried / 1000).toFixed(0)}K`, ...[source.probes.at(-1)!, target.probes[0], target.probes.at(-1)!].flatMap(cells)]),
  );
}

/** "0:1" is a source of seed 0 and a target of seed 1, "0" both of seed 0. */
export const showSeeds = ({ source, target }: Seeds): string => (source === target ? String(source) : `${source}:${target}`);

/** What `showSeeds` shows. */
export function parseSeeds(text: string): Seeds {
  const [source, target = source] = text.split(':').map(Number);
  if (!Number.isInteger(source) || !Number.isInteger(target)) throw new Error(`"${text}" is no seed, nor two with a colon between them.`);
  return { source, target };
}

/** Mean losses over the first, middle and last three of the probed timesteps. */
export function bands(losses: number[]): string {
  const third = PROBED_TIMESTEPS.length / 3;
  return [0, 1, 2].map((i) => meanLoss(losses.slice(i * third, (i + 1) * third)).toFixed(4)).join(' ');
}
