/** Runs one stage with the application's own engine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LossWeighting, diffusionSchema, trainConfigSchema } from '../../src/shared/config';
import { readSafetensors, writeSafetensors } from '../../src/main/engine/checkpoint/safetensors';
import { type OpenDataset, openDataset } from '../../src/main/engine/data/open';
import { initialFactors } from '../../src/main/engine/fine/factors';
import { cloneTensors } from '../../src/main/engine/initialize/blocks';
import { fineTarget } from '../../src/main/engine/initialize/fine';
import { materialiseForm } from '../../src/main/engine/initialize/materialise';
import { initializationById } from '../../src/main/engine/initialize/registry';
import { scratch } from '../../src/main/engine/initialize/scratch';
import type { ModelForm, Source } from '../../src/main/engine/initialize/types';
import type { ModelWeights } from '../../src/main/engine/model/types';
import { resolveBackend } from '../../src/main/engine/tensor/backends';
import type { TensorMap } from '../../src/main/engine/tensor/types';
import { type TrainOutcome, train } from '../../src/main/engine/train';
import { Validation } from '../../src/main/engine/train/validation';
import { meanLoss, probe } from './probe';
import { distancesOf, prepareFeatures } from './quality';
import { type Probe, type Probes, type Recipe, type ResultOf, type SourceResult, type SourceTask, type TargetResult, type TargetTask, type Task, keyOf } from './tasks';

const DIFFUSION = diffusionSchema.parse({});
/** Few steps: a longer memory would still hold the start. */
const ADAPTATION_EMA = 0.9;
const BIAS_LEARNING_RATE = 1e-3;

export async function runTask<T extends Task>(task: T, dir: string): Promise<ResultOf<T>> {
  const data = openDataset(join(dir, 'dataset'));
  switch (task.kind) {
    case 'features': return (await prepareFeatures(task, dir, keyOf(task), data, await resolveBackend('auto'))) as ResultOf<T>;
    case 'source': return (await runSource(task, dir, data)) as ResultOf<T>;
    case 'target': return (await runTarget(task, dir, data)) as ResultOf<T>;
    default: return task satisfies never;
  }
}

async function runSource(task: SourceTask, dir: string, data: OpenDataset): Promise<SourceResult> {
  const form = task.continues ? continued(sourceForm(task), await loadSource(task.continues, dir)) : sourceForm(task);
  const started = performance.now();
  const probes = await prober(task.probes, dir, data);
  await probes.at(0, () => materialiseForm(form));
  const { outcome, curve } = await trainForm(form, {
    task, data, learningRate: task.learningRate, emaDecay: task.recipe.emaDecay, schedule: task.schedule ?? 'constant', warmup: task.recipe.warmupSteps, lossWeighting: task.lossWeighting, gradientClip: task.gradientClip,
    every: curveInterval(task),
    observe: { steps: probes.steps, take: (step, { tensors }) => probes.at(step, () => materialiseForm(form, tensors)) },
  });
  await writeSafetensors(join(dir, `${keyOf(task)}.safetensors`), outcome.ema!);
  return { parameters: count(form.trainable), val: outcome.lossAfter ?? probes.lastLoss(), curve, probes: probes.found, seconds: (performance.now() - started) / 1000 };
}

function sourceForm({ method, config, seed, factors }: SourceTask): ModelForm {
  if (method === 'dense') return scratch.target(null, config, seed);
  if (!factors) return initializationById(method).source!(config, seed);
  const { ranks, tensors } = initialFactors(config, factors.ranks, { ...factors, seed });
  return { config, ranks, trainable: tensors, frozen: {} };
}

/** Averaged weights of a source as a dense model. */
export const sourceModel = (task: SourceTask, tensors: TensorMap): Promise<ModelWeights> => materialiseForm(sourceForm(task), tensors);

const continued = (form: ModelForm, { tensors }: Source): ModelForm => ({ ...form, trainable: Object.fromEntries(Object.keys(form.trainable).map((name) => [name, tensors[name]])) });

async function loadSource(task: SourceTask, dir: string): Promise<Source> {
  const file = join(dir, `${keyOf(task)}.safetensors`);
  if (!existsSync(file)) throw new Error(`The source ${keyOf(task)} has not been trained.`);
  return { config: task.config, ranks: sourceForm(task).ranks, tensors: (await readSafetensors(file)).tensors };
}

async function runTarget(task: TargetTask, dir: string, data: OpenDataset): Promise<TargetResult> {
  const method = initializationById(task.method);
  const source = task.source && (await loadSource(task.source, dir));
  const start = task.sigmaStart ? fineTarget(source!, task.config, task.seed, task.sigmaStart) : method.target(source, task.config, task.seed);
  const form = task.adaptation?.outer ? freeOuter(start) : start;
  const started = performance.now();
  const probes = await prober(task.probes, dir, data);
  let adapted: TensorMap = form.trainable;
  let valStart: number | null = null;
  let valAdapted: number | null = null;
  if (task.adaptation) {
    if (task.probes) valStart = meanLoss((await probes.look(0, await materialiseForm(form))).heldOut);
    const { outcome } = await trainForm(form, { task: { ...task, steps: task.adaptation.steps }, data, learningRate: task.adaptation.learningRate, emaDecay: ADAPTATION_EMA, schedule: 'cosine', warmup: Math.min(10, task.adaptation.steps), every: 0, lossWeighting: task.adaptation.lossWeighting });
    valStart ??= outcome.lossBefore;
    valAdapted = outcome.lossAfter;
    adapted = Object.fromEntries(Object.keys(form.trainable).map((name) => [name, outcome.ema![name]]));
    if (form.ranks) await writeSafetensors(join(dir, `${keyOf(task)}.factors.safetensors`), outcome.ema!);
  }
  const dense = await materialiseForm(form, adapted);
  const carried = source ? method.carried(source, task.config) : 0;
  const tuned = task.adaptation ? count(form.trainable) : 0;
  await probes.at(0, async () => dense);
  if (probes.found.length > 0) valAdapted = probes.lastLoss();
  valStart ??= valAdapted;

  const quality = { dir, featuresKey: keyOf(task.features), data, diffusion: DIFFUSION, samples: task.samples, backend: await resolveBackend('auto') };
  const distances = (weights: ModelWeights) => (task.samples > 0 ? distancesOf(weights, quality) : Promise.resolve(null));
  if (task.steps === 0) {
    const val = valAdapted ?? (await validate(dense, task, data));
    const fd = await distances(dense);
    return { carried, tuned, valStart: valStart ?? val, valAdapted: val, valCharged: val, val, fdCharged: fd, fd, curve: [], probes: probes.found, seconds: (performance.now() - started) / 1000 };
  }
  const denseForm: ModelForm = { config: dense.config, ranks: null, trainable: dense.tensors, frozen: {} };
  let atCharge: ModelWeights | null = null;
  const charged = task.chargedAt < task.steps ? [task.chargedAt] : [];
  const { outcome, curve } = await trainForm(denseForm, {
    task,
    data,
    learningRate: task.learningRate,
    emaDecay: task.recipe.emaDecay,
    schedule: task.schedule ?? 'constant',
    warmup: Math.min(task.recipe.warmupSteps, task.steps),
    every: curveInterval(task),
    observe: {
      steps: [...charged, ...probes.steps],
      async take(step, weights) {
        // What is handed over may be read during this call only.
        if (charged.includes(step)) atCharge = { ...weights, tensors: cloneTensors(weights.tensors) };
        await probes.at(step, async () => weights);
      },
    },
  });
  const end: ModelWeights = { config: dense.config, ranks: null, tensors: outcome.ema! };
  const fd = await distances(end);
  const val = outcome.lossAfter ?? probes.lastLoss();
  valStart ??= outcome.lossBefore!;
  return {
    carried,
    tuned,
    valStart,
    valAdapted: valAdapted ?? valStart,
    valCharged: atCharge ? await validate(atCharge, task, data) : val,
    val,
    fdCharged: atCharge ? await distances(atCharge) : fd,
    fd,
    curve,
    probes: probes.found,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Everything but the shared factors is trained. */
function freeOuter({ trainable, frozen, ...rest }: ModelForm): ModelForm {
  const isShared = ([name]: [string, unknown]) => /^[UV]\./.test(name);
  const all = Object.entries({ ...trainable, ...frozen });
  return { ...rest, trainable: Object.fromEntries(all.filter((entry) => !isShared(entry))), frozen: Object.fromEntries(all.filter(isShared)) };
}

/** Probes the states asked for; without any asked for, does nothing. */
async function prober(probes: Probes | undefined, dir: string, data: OpenDataset) {
  const backend = await resolveBackend('auto');
  const found: Probe[] = [];
  const look = (step: number, weights: ModelWeights) => probe(weights, step, probes!, { dir, featuresKey: keyOf(probes!.features), data, diffusion: DIFFUSION, backend });
  return {
    found,
    look,
    steps: probes?.steps.filter((step) => step > 0) ?? [],
    async at(step: number, weights: () => Promise<ModelWeights>): Promise<void> {
      if (probes?.steps.includes(step)) found.push(await look(step, await weights()));
    },
    lastLoss: () => meanLoss(found[found.length - 1].heldOut),
  };
}

/** The held-out loss of weights as they are. */
async function validate(weights: ModelWeights, task: TargetTask, data: OpenDataset): Promise<number> {
  const options = { model: weights, frozen: {}, trained: weights.tensors, diffusion: DIFFUSION, batchSize: task.recipe.batchSize };
  const validation = await Validation.create(await resolveBackend('auto'), data, task.recipe.validationSamples, options, 1);
  if (!validation) throw new Error('The pictures have no held-out part.');
  try {
    return await validation.loss(weights.tensors);
  } finally {
    await validation.dispose();
  }
}

interface Run {
  task: { recipe: Recipe; steps: number; seed: number };
  data: OpenDataset;
  learningRate: number;
  emaDecay: number;
  schedule: 'constant' | 'cosine';
  warmup: number;
  lossWeighting?: LossWeighting;
  gradientClip?: number;
  /** Steps between validation losses; 0 for none but the first and the last. */
  every: number;
  /** Sees the averaged weights at some steps, and may read them until its promise settles. */
  observe?: { steps: number[]; take(step: number, weights: ModelWeights): Promise<void> };
}

async function trainForm(form: ModelForm, run: Run): Promise<{ outcome: TrainOutcome; curve: [number, number][] }> {
  const { recipe, steps, seed } = run.task;
  const factors = form.ranks !== null;
  const curve: [number, number][] = [];
  const config = trainConfigSchema.parse({
    steps,
    batchSize: recipe.batchSize,
    learningRate: run.learningRate,
    schedule: run.schedule,
    warmupSteps: run.warmup,
    emaDecay: run.emaDecay,
    lossWeighting: run.lossWeighting,
    gradientClip: run.gradientClip,
    seed,
    validateEvery: run.every,
    sampleEvery: run.observe?.steps.reduce(greatestCommonDivisor, 0) ?? 0,
    checkpointEvery: 0,
    threads: 1,
  });
  const tuning = Object.keys(form.frozen).length > 0;
  const outcome = await train({
    weights: { config: form.config, ranks: form.ranks, tensors: { ...form.frozen, ...form.trainable } },
    trainable: (name) => (!(name in form.trainable) ? null : tuning && (factors ? !name.startsWith('sigma.') : name.endsWith('.bias')) ? 'biases' : 'default'),
    groups: { default: { learningRate: run.learningRate, weightDecay: 0 }, biases: { learningRate: Math.min(run.learningRate, BIAS_LEARNING_RATE), weightDecay: 0 } },
    toModel: factors ? undefined : form.toDense,
    product: form.product,
    data: run.data,
    diffusion: DIFFUSION,
    train: config,
    backend: await resolveBackend('auto'),
    stateDir: null,
    validationSamples: recipe.validationSamples,
    callbacks: {
      onMetrics: (rows) => { for (const { step, values } of rows) if ('validationLoss' in values) curve.push([step, values.validationLoss]); },
      onSample: async (step, weights) => { if (run.observe?.steps.includes(step)) await run.observe.take(step, weights); },
    },
  });
  return { outcome, curve };
}

const curveInterval = ({ recipe: { validations = 0 }, steps }: { recipe: Recipe; steps: number }) => (validations > 0 ? Math.max(1, Math.ceil(steps / (validations + 1))) : 0);
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
const count = (tensors: TensorMap) => Object.values(tensors).reduce((sum, t) => sum + t.data.length, 0);
