/** The comparison itself: which stages follow from which, the same search for a learning rate for every method. */
import type { SigmaStart } from '../../src/shared/config';
import { initializationById } from '../../src/main/engine/initialize/registry';
import type { Plan } from './plan';
import { SEARCH_SHARE } from './plan';
import type { Pool } from './pool';
import type { FeaturesResult, FeaturesTask, Recipe, SourceResult, SourceTask, TargetResult, TargetTask } from './tasks';

export interface Row {
  method: string;
  depth: number;
  pretrainSeed: number;
  targetSeed: number;
  task: TargetTask;
  result: TargetResult;
}

export interface AblationRow {
  label: string;
  sigmaStart: SigmaStart;
  tuned: boolean;
  result: TargetResult;
}

export interface Comparison {
  features: FeaturesResult;
  sources: { method: string; task: SourceTask; result: SourceResult }[];
  rates: { method: string; pretrain: number | null; target: number; adaptation: number | null }[];
  main: Row[];
  ablationB: AblationRow[];
  /** Training from nothing at `ablationDepth` for as long as pretraining took. */
  longScratch: TargetResult;
}

export async function compare(plan: Plan, pool: Pool): Promise<Comparison> {
  const features = pool.run(plan.features);
  const forms = [...new Set(plan.methods.map(formOf).filter((form) => form !== null))];
  const pretrainRates = new Map(await Promise.all(forms.map(async (form) => [form, await searchPretrainRate(plan, pool, form)] as const)));
  const sourceTasks = plan.pretrainSeeds.flatMap((seed) => forms.map((form) => sourceTask(plan, form, pretrainRates.get(form)!, plan.pretrainSteps, seed)));
  const sources = await Promise.all(sourceTasks.map(async (task) => ({ method: task.method, task, result: await pool.run(task) })));
  await features;

  const sourceOf = (method: string, seed: number) => sourceTasks.find((task) => task.method === formOf(method) && task.seed === seed) ?? null;
  const rates = await Promise.all(plan.methods.map(async (method) => ({ method, pretrain: pretrainRates.get(formOf(method) ?? '') ?? null, ...(await searchTargetRates(plan, pool, method, sourceOf(method, plan.pretrainSeeds[0]))) })));
  const ratesOf = (method: string) => rates.find((r) => r.method === method)!;

  const main = await Promise.all(
    plan.methods.flatMap((method) =>
      plan.depths.flatMap((depth) =>
        plan.pretrainSeeds.flatMap((pretrainSeed) =>
          plan.targetSeeds.map(async (targetSeed) => {
            const task = targetTask(plan, method, depth, sourceOf(method, pretrainSeed), ratesOf(method), targetSeed);
            return { method, depth, pretrainSeed, targetSeed, task, result: await pool.run(task) };
          }),
        ),
      ),
    ),
  );

  const fine = ratesOf('fine');
  const ablation = async (label: string, sigmaStart: SigmaStart, tuned: boolean): Promise<AblationRow[]> =>
    Promise.all(
      plan.targetSeeds.map(async (seed) => {
        const task = targetTask(plan, 'fine', plan.ablationDepth, sourceOf('fine', plan.pretrainSeeds[0]), fine, seed);
        // The default start is left unsaid, as in the main comparison, whose stage it then is.
        const start = tuned && sigmaStart === 'line' ? undefined : sigmaStart;
        return { label, sigmaStart, tuned, result: await pool.run({ ...task, sigmaStart: start, adaptation: tuned ? task.adaptation : null, chargedAt: tuned ? task.chargedAt : task.steps }) };
      }),
    );
  const untuned = plan.sigmaStarts.map((start) => ablation(start, start, false));
  const ablationB = (await Promise.all([...untuned, ablation('random, then tuned (the paper)', 'random', true), ablation('line, then tuned (default here)', 'line', true)])).flat();

  const scratch = targetTask(plan, 'scratch', plan.ablationDepth, null, ratesOf('scratch'), plan.targetSeeds[0]);
  const longScratch = await pool.run({ ...scratch, steps: plan.pretrainSteps, chargedAt: plan.pretrainSteps });
  return { features: await features, sources, rates, main, ablationB, longScratch };
}

/** What a method needs to be trained first: null, 'dense' or its own form, named by the method. */
function formOf(method: string): string | null {
  const { needs } = initializationById(method);
  return needs === 'nothing' ? null : needs === 'dense' ? 'dense' : method;
}

function sourceTask(plan: Plan, form: string, learningRate: number, steps: number, seed: number): SourceTask {
  return { kind: 'source', method: form, config: plan.model, recipe: plan.recipe, steps, learningRate, seed };
}

function targetTask(plan: Plan, method: string, depth: number, source: SourceTask | null, rates: { target: number; adaptation: number | null }, seed: number): TargetTask {
  const steps = adaptationSteps(plan, method);
  return {
    kind: 'target',
    method,
    config: { ...plan.model, depth },
    recipe: plan.recipe,
    source,
    seed,
    steps: plan.targetSteps,
    learningRate: rates.target,
    adaptation: steps > 0 && rates.adaptation !== null ? { steps, learningRate: rates.adaptation } : null,
    samples: plan.samples,
    chargedAt: plan.targetSteps - steps,
    features: plan.features satisfies FeaturesTask,
  };
}

/** The authors' number of adaptation steps, cut like the rest of the comparison. */
export function adaptationSteps(plan: Plan, method: string): number {
  return Math.min(initializationById(method).adaptation.steps, plan.adaptSteps);
}

async function searchPretrainRate(plan: Plan, pool: Pool, form: string): Promise<number> {
  const steps = Math.max(2, Math.round(plan.pretrainSteps * SEARCH_SHARE.pretrain));
  return best(plan.rates, async (rate) => (await pool.run({ ...sourceTask(plan, form, rate, steps, 1000), recipe: withoutCurve(plan.recipe) })).val);
}

/** First the adaptation's rate (by the loss after adaptation), then that of free training, at the ablation's depth and a seed of its own. */
async function searchTargetRates(plan: Plan, pool: Pool, method: string, source: SourceTask | null): Promise<{ target: number; adaptation: number | null }> {
  const own = initializationById(method).adaptation.learningRate;
  const base = { ...targetTask(plan, method, plan.ablationDepth, source, { target: plan.rates[0], adaptation: own }, 1000), recipe: withoutCurve(plan.recipe), samples: 0 };
  const adaptation = own === null ? null : await best(plan.adaptFactors.map((factor) => factor * own), async (rate) => (await pool.run({ ...base, adaptation: { ...base.adaptation!, learningRate: rate }, steps: 0, chargedAt: 0 })).valAdapted);
  const steps = Math.max(2, Math.round(plan.targetSteps * SEARCH_SHARE.target));
  const target = await best(plan.rates, async (rate) => (await pool.run({ ...base, adaptation: base.adaptation && { ...base.adaptation, learningRate: adaptation! }, learningRate: rate, steps, chargedAt: steps })).val);
  return { target, adaptation };
}

const withoutCurve = (recipe: Recipe): Recipe => ({ ...recipe, validations: 0 });

/** A diverged run (`loss` not finite) never wins. */
async function best(rates: number[], loss: (rate: number) => Promise<number>): Promise<number> {
  const losses = await Promise.all(rates.map(async (rate) => ({ rate, loss: await loss(rate) })));
  return losses.reduce((a, b) => (b.loss < a.loss ? b : a)).rate;
}
