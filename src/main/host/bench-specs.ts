/** A comparison of initialisations as the runs that it takes: sources that are missing, then every method at every depth and seed. */
import { uniformRanks, type DiffusionConfig, type DiTConfig } from '../../shared/config';
import type { Dataset, Run } from '../../shared/entities';
import { initializationInfo, type InitializationId } from '../../shared/initializations';
import { pretrainParams } from '../../shared/protocol';
import { datasets, newId } from '../catalog';
import { benchProblems, chosenSources, type BenchParams } from './bench-problems';
import { equalSource } from './bench-source';
import type { HostContext } from './context';
import type { FrozenConfig } from './run-jobs';
import { pretrainSpec, sampling, trainConfig, type Problem, type RunSpec } from './run-specs';

const BUDGET = 1000;
const SOURCE_STEPS = 1000;
const SHAPE = { hiddenSize: 96, sourceDepth: 6, heads: 4, patchSize: 4, mlpRatio: 4, learnSigma: false };

/** What a target starts from. */
interface Origin {
  from: 'checkpoint' | 'learngene' | 'form' | null;
  checkpointId: string | null;
  learngeneId: string | null;
  sourceRunId: string | null;
  pretrainSteps: number | null;
  label: string;
}

/** Throws `not-found` for unknown ids; everything else that is wrong becomes a problem beside its field. */
export function benchSpecs(context: HostContext, p: BenchParams): RunSpec[] {
  const dataset = datasets.get(context.catalog, p.datasetId, 'datasetId');
  const chosen = chosenSources(context, p);
  const { dense, factorised, learngene, given } = chosen;
  const model = given[0] ? { ...given[0].model, numClasses: dataset.classes.length } : freshShape(p, dataset);
  const diffusion = given[0]?.diffusion ?? { timesteps: 1000, schedule: 'linear' as const, prediction: 'epsilon' as const };
  const problems = benchProblems(p, chosen, dataset);

  const sources = new Map<string, { spec: RunSpec; known: Run | undefined }>();
  const steps = p.source.steps ?? (given.find((g) => g.steps > 0)?.steps || SOURCE_STEPS);
  /** The run that trains this form, queued with the comparison unless there is an equal one. */
  const trained = (form: 'dense' | InitializationId): Origin => {
    let source = sources.get(form);
    if (!source) {
      const spec = sourceSpec(context, { p, form, dataset, model, diffusion, steps });
      sources.set(form, (source = { spec, known: equalSource(context, dataset.id, spec.config) }));
    }
    const { spec, known } = source;
    return { from: spec.kind === 'bench' ? 'form' : 'checkpoint', checkpointId: null, learngeneId: null, sourceRunId: known?.id ?? spec.id!, pretrainSteps: steps, label: known?.name ?? spec.name };
  };
  const originOf = (method: InitializationId): Origin => {
    const none = { checkpointId: null, learngeneId: null, sourceRunId: null };
    const { needs } = initializationInfo(method);
    if (needs === 'nothing') return { ...none, from: null, pretrainSteps: 0, label: dataset.name };
    if (needs === 'dense' && dense) return { ...none, from: 'checkpoint', checkpointId: dense.id, pretrainSteps: dense.step, label: dense.name };
    if (method === 'fine' && learngene) return { ...none, from: 'learngene', learngeneId: learngene.id, pretrainSteps: given.find((g) => g.field === 'learngeneId')?.steps || null, label: learngene.name };
    if (method === 'fine' && factorised) return { ...none, from: 'checkpoint', checkpointId: factorised.id, pretrainSteps: factorised.step, label: factorised.name };
    return trained(needs === 'dense' ? 'dense' : method);
  };

  const name = p.name?.trim() || `${p.methods.length === 1 ? initializationInfo(p.methods[0]!).label : `${p.methods.length} initialisations`} at ${p.depths.length === 1 ? 'depth' : 'depths'} ${p.depths.join(', ')}`;
  // Those of one seed stand together, so that a part of the comparison is complete early.
  const targets = p.seeds.flatMap((seed) =>
    p.depths.flatMap((depth) => [
      ...p.methods.flatMap((method) =>
        (method === 'fine' ? p.sigmaStarts : [null]).map((sigmaStart): RunSpec => {
          const origin = originOf(method);
          const label = `${initializationInfo(method).label}${sigmaStart && p.sigmaStarts.length > 1 ? `, sigma ${sigmaStart}` : ''}`;
          const budget = budgetOf(context, p, method, dataset, seed);
          return {
            kind: 'bench', name: `${label}, depth ${depth}, seed ${seed}`, dataset, checkpointId: origin.checkpointId, learngeneId: origin.learngeneId,
            problems: [...problems, ...budget.problems],
            config: {
              kind: 'bench', stage: 'target', method, model: { ...model, depth }, ranks: null, diffusion, train: budget.train, sample: sampling(budget.train), learnedFrom: origin.label,
              adaptation: budget.adaptation, chargedAt: budget.chargedAt, sigmaStart, from: origin.from, sourceRunId: origin.sourceRunId, pretrainSteps: origin.pretrainSteps, charged: p.chargeAdaptation, comparison: name,
            },
          };
        }),
      ),
      ...(p.factors ? [factorsSpec(context, p, dataset, { ...model, depth }, diffusion, seed)] : []),
    ]),
  );
  const missing = [...sources.values()].flatMap(({ spec, known }) => (known ? [] : [spec]));
  return [...missing.map((spec) => ({ ...spec, problems: [...problems, ...spec.problems] })), ...targets];
}

/** Shared factors of the wanted depth, trained from nothing within the budget: an ordinary pretraining, in the comparison's group. */
function factorsSpec(context: HostContext, p: BenchParams, dataset: Dataset, model: DiTConfig, diffusion: DiffusionConfig, seed: number): RunSpec {
  const { train } = budgetOf(context, p, 'scratch', dataset, seed);
  const spec = pretrainSpec(context, pretrainParams.parse({ datasetId: dataset.id, name: `Factors from scratch, depth ${model.depth}, seed ${seed}`, ...model, rank: uniformRanks(model.hiddenSize), diffusion, train }));
  return { ...spec, problems: spec.problems.map(ofSource) };
}

/** The free training with the adaptation before it, and where an equal budget ends when that is not charged. */
function budgetOf(context: HostContext, p: BenchParams, method: InitializationId, dataset: Dataset, seed: number) {
  const own = initializationInfo(method).adaptation;
  const asked = p.adaptation[method];
  const budget = p.train?.steps ?? BUDGET;
  const steps = own ? (asked?.steps ?? own.steps) : 0;
  const total = p.chargeAdaptation ? Math.max(budget, steps) : budget + steps;
  const options = { ...p.train, seed, sampleEvery: p.train?.sampleEvery ?? total, validateEvery: p.train?.validateEvery ?? Math.max(1, Math.round(budget / 10)) };
  // Warm-up and the like follow from the budget, which is the same for all.
  const train = { ...trainConfig(context, dataset, options, { steps: budget, learningRate: 1e-3, warmupSteps: 50 }), steps: total };
  const problems: Problem[] = [];
  const field = `adaptation.${method}.steps`;
  if (!own && asked) problems.push({ field, message: `${initializationInfo(method).label} has no adaptation.`, hint: 'Leave it out.' });
  // That a method's own number fills the budget is nobody's wish.
  if (own && p.chargeAdaptation && (steps > budget || (steps === budget && asked?.steps === undefined)))
    problems.push({ field, message: `${initializationInfo(method).label} adapts for ${steps} steps, and the budget is ${budget}: nothing is left for free training.`, hint: `Give a budget above ${steps} steps, fewer steps of adaptation, or do not charge them.` });
  return {
    train, problems,
    adaptation: own && steps > 0 ? { steps, learningRate: asked?.learningRate ?? own.learningRate } : null,
    chargedAt: !p.chargeAdaptation && steps > 0 && steps < budget ? budget : null,
  };
}

interface SourceWish {
  p: BenchParams;
  form: 'dense' | InitializationId;
  dataset: Dataset;
  model: DiTConfig;
  diffusion: DiffusionConfig;
  steps: number;
}

/** Dense models and FINE's factors are pretrained as a person would; other forms are a run of the comparison's kind. */
function sourceSpec(context: HostContext, { p, form, dataset, model, diffusion, steps }: SourceWish): RunSpec {
  const options = { steps, learningRate: p.source.learningRate, batchSize: p.source.batchSize ?? p.train?.batchSize, seed: p.source.seed, backend: p.train?.backend, threads: p.train?.threads };
  const id = newId('run');
  if (form === 'dense' || form === 'fine') {
    const { hiddenSize, depth, heads, patchSize, mlpRatio, learnSigma } = model;
    const rank = form === 'dense' ? null : uniformRanks(hiddenSize);
    const spec = pretrainSpec(context, pretrainParams.parse({ datasetId: dataset.id, name: `Source: ${form === 'dense' ? 'dense' : 'factors'} ${hiddenSize}×${depth}`, hiddenSize, depth, heads, patchSize, mlpRatio, learnSigma, rank, diffusion, train: options }));
    return { ...spec, id, alone: true, problems: spec.problems.map(ofSource) };
  }
  const train = trainConfig(context, dataset, options, { steps, learningRate: 1e-3, warmupSteps: 50 });
  const config: FrozenConfig = {
    kind: 'bench', stage: 'source', method: form, model, ranks: null, diffusion, train, sample: sampling(train), learnedFrom: dataset.name,
    adaptation: null, chargedAt: null, sigmaStart: null, from: null, sourceRunId: null, pretrainSteps: 0, charged: true, comparison: null,
  };
  return { kind: 'bench', name: `Source: ${initializationInfo(form).label} ${model.hiddenSize}×${model.depth}`, dataset, checkpointId: null, learngeneId: null, config, problems: [], id, alone: true };
}

const ofSource = (problem: Problem): Problem => (problem.field === 'rank' ? { ...problem, field: 'hiddenSize' } : problem);

function freshShape(p: BenchParams, dataset: Dataset): DiTConfig {
  const { hiddenSize = SHAPE.hiddenSize, sourceDepth = SHAPE.sourceDepth, heads = SHAPE.heads, patchSize = SHAPE.patchSize } = p;
  const { mlpRatio, learnSigma } = SHAPE;
  return { inputSize: dataset.size, patchSize, inChannels: dataset.channels, hiddenSize, depth: sourceDepth, heads, mlpRatio, numClasses: dataset.classes.length, learnSigma };
}
