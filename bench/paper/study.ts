/**
 * Changes of FINE's recipe, one at a time, beside the methods it is compared with: what each does to the losses, timestep by
 * timestep, and to the distances, at the source and at a target of other depth.
 */
import { type DiTConfig, type LossWeighting, type Ranks, uniformRanks } from '../../src/shared/config';
import { table } from './markdown';
import type { Plan } from './plan';
import type { Pool } from './pool';
import { PROBED_TIMESTEPS, meanLoss } from './probe';
import type { Probe, Probes, SourceResult, SourceTask, TargetResult, TargetTask } from './tasks';

const RATE = 1e-3;
const TUNING_RATE = 1e-2;

export interface Variant {
  label: string;
  method: string;
  /** Differences from the plan's recipe. */
  source?: { ranks?: (d: number) => Ranks; orthonormal?: boolean; weighting?: LossWeighting; length?: number; schedule?: 'cosine'; rate?: number };
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
];

export interface StudyRow {
  variant: Variant;
  seed: number;
  source: SourceResult;
  target: TargetResult;
}

export async function study(plan: Plan, pool: Pool, variants: Variant[], seeds: number[], onRow: (rows: StudyRow[]) => void): Promise<void> {
  await pool.run(plan.features);
  const rows: StudyRow[] = [];
  for (const seed of seeds) {
    for (const variant of variants) {
      const source = sourceOf(plan, variant, seed);
      const foundSource = await pool.run(source);
      rows.push({ variant, seed, source: foundSource, target: await pool.run(targetOf(plan, variant, source, seed)) });
      onRow(rows);
    }
  }
}

function sourceOf(plan: Plan, { method, source = {} }: Variant, seed: number): SourceTask {
  const d = plan.model.hiddenSize;
  const steps = plan.pretrainSteps * (source.length ?? 1);
  const own = method === 'fine' || method === 'tleg';
  const factors = source.ranks || source.orthonormal ? { ranks: source.ranks?.(d) ?? uniformRanks(d), start: source.orthonormal ? ('orthonormal' as const) : ('gaussian' as const) } : undefined;
  return { kind: 'source', method: own ? method : 'dense', config: plan.model, recipe: recipe(plan), steps, learningRate: source.rate ?? RATE, seed, factors, lossWeighting: source.weighting, schedule: source.schedule, probes: probes(plan, [steps]) };
}

function targetOf(plan: Plan, { method, target = {} }: Variant, source: SourceTask, seed: number): TargetTask {
  const config: DiTConfig = { ...plan.model, depth: plan.ablationDepth };
  const steps = method === 'fine' ? (target.tuning ?? plan.adaptSteps) : 0;
  const adaptation = steps > 0 ? { steps, learningRate: TUNING_RATE, outer: target.outer, lossWeighting: target.weighting } : null;
  return { kind: 'target', method, config, recipe: recipe(plan), source, seed, steps: plan.targetSteps, learningRate: RATE, adaptation, samples: 0, chargedAt: plan.targetSteps, features: plan.features, schedule: target.schedule, probes: probes(plan, [0, plan.targetSteps]) };
}

const recipe = (plan: Plan) => ({ ...plan.recipe, validationSamples: 0, validations: 0 });
const probes = (plan: Plan, steps: number[]): Probes => ({ steps, samples: plan.samples, features: plan.features });

export function studyTable(rows: StudyRow[]): string {
  const cells = ({ heldOut, fd }: Probe): string[] => [meanLoss(heldOut).toFixed(4), bands(heldOut), `${fd!.pixels.toFixed(0)} (${fd!.pixelsShift.toFixed(0)}) / ${fd!.classifier.toFixed(0)}`];
  const heads = (what: string): string[] => [`${what}: val`, 'by thirds of t', 'FD'];
  return table(
    ['', 'seed', 'carried', ...heads('source'), ...heads('tuned'), ...heads('trained')],
    rows.map(({ variant, seed, source, target }) => [variant.label, String(seed), `${(target.carried / 1000).toFixed(0)}K`, ...[source.probes.at(-1)!, target.probes[0], target.probes.at(-1)!].flatMap(cells)]),
  );
}

/** Mean losses over the first, middle and last three of the probed timesteps. */
function bands(losses: number[]): string {
  const third = PROBED_TIMESTEPS.length / 3;
  return [0, 1, 2].map((i) => meanLoss(losses.slice(i * third, (i + 1) * third)).toFixed(4)).join(' ');
}
