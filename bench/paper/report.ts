/** The report: tables with mean and spread over seeds beside the paper's, figures, and for each ordering whether it held. */
import { initializationById } from '../../src/main/engine/initialize/registry';
import { WEIGHT_TYPES } from '../../src/shared/config';
import type { AblationRow, Comparison, Row } from './comparison';
import { adaptationSteps } from './comparison';
import { table } from './markdown';
import { PAPER_MAIN, PAPER_SHARING, PAPER_SIGMA } from './paperTables';
import type { Plan } from './plan';
import { lineChart } from './plot';
import type { SigmaLine } from './sigmaLine';
import { type Figure, figure, heldByChance, ordering, pooledSpread, show } from './statistics';
import type { Distances, TargetResult } from './tasks';

export interface Machine {
  cpu: string;
  workers: number;
  backend: string;
  minutes: number;
}

export interface Report {
  markdown: string;
  /** File name to SVG text, in a folder beside the report. */
  figures: Record<string, string>;
}

type Measure = { name: string; digits: number; of(result: TargetResult): number };

/** Equal free training, and the same with every method's adaptation charged; the losses and the distances. */
const MEASURES: readonly Measure[] = [
  { name: 'val', digits: 4, of: (r) => r.val },
  { name: 'val, full cost', digits: 4, of: (r) => r.valCharged },
  { name: 'FD pixels', digits: 1, of: (r) => r.fd!.pixels },
  { name: 'FD pixels, full cost', digits: 1, of: (r) => r.fdCharged!.pixels },
  { name: 'FD classifier', digits: 2, of: (r) => r.fd!.classifier },
  { name: 'FD classifier, full cost', digits: 2, of: (r) => r.fdCharged!.classifier },
];

const label = (method: string) => initializationById(method).label;
const thousands = (n: number) => `${(n / 1000).toFixed(0)}K`;

/** `floor`: distances of as many real pictures as there are samples. */
export function writeReport(plan: Plan, comparison: Comparison, sigma: SigmaLine, floor: Distances, machine: Machine): Report {
  const { main, features, sources } = comparison;
  const of = (method: string, depth: number, measure: Measure): Figure => figure(main.filter((row) => row.method === method && row.depth === depth).map((row) => measure.of(row.result)));
  const parts = [
    '# The paper\'s orderings at small scale',
    `Written by \`npm run bench:paper\`${plan.name === 'standard' ? '' : ` (${plan.name})`}. FINE: arXiv 2409.19289. The figures are not comparable with the paper's (pixels instead of ImageNet latents, hundreds to thousands of steps instead of hundreds of thousands); what can be compared is which method comes out ahead.`,
    setUp(plan, comparison, machine),
    '## Pretraining, once for all sizes',
    table(['form', 'parameters', 'steps', 'seed', 'val'], sources.map(({ method, task, result }) => [method === 'dense' ? 'dense' : label(method), thousands(result.parameters), String(task.steps), String(task.seed), result.val.toFixed(4)])),
    '## Main comparison',
    `Every method is followed by ${plan.targetSteps} steps of the same free training. "Full cost": the state at which the method has had ${plan.targetSteps} steps in all, its own adaptation included. Mean ± standard deviation over ${plan.pretrainSeeds.length * plan.targetSeeds.length} seeds (${plan.pretrainSeeds.length} of pretraining, ${plan.targetSeeds.length} of the target). val: held-out denoising loss on fixed noise, averaged weights. FD: Frechet distance of ${plan.samples} DDIM-25 samples to all real pictures; ${plan.samples} of the real ones have ${floor.pixels.toFixed(1)} (pixels) and ${floor.classifier.toFixed(2)} (classifier, held-out accuracy ${(100 * features.accuracy).toFixed(0)} %), the two halves of them ${features.floor.pixels.toFixed(1)} and ${features.floor.classifier.toFixed(2)} from each other. Lower is better everywhere.`,
    ...plan.depths.map((depth) => mainTable(plan, main, depth)),
    ...plan.depths.map((depth) => `![Validation loss at depth ${depth}](paper-bench/val-L${depth}.svg)`),
    '### Control: can these measures tell anything apart here?',
    control(plan, main, comparison.longScratch),
    '### The paper\'s figures',
    'The paper (FID, DiT-B and DiT-L, 100K steps after initialisation):',
    table(['model', 'TLEG, its best baseline', 'FINE'], PAPER_MAIN.map((r) => [r.model, r.tleg.toFixed(2), r.fine.toFixed(2)])),
    '### Did the orderings hold?',
    orderingTable(plan.depths.flatMap((depth) => [['fine', 'tleg'], ['tleg', 'scratch'], ['fine', 'scratch'], ['fine', 'select-uniform']].filter(([, other]) => plan.methods.includes(other)).map(([a, b]) => ({ what: `L${depth}: ${label(a)} < ${label(b)}`, cells: MEASURES.map((m) => ordering(of(a, depth, m), of(b, depth, m))) })))),
    howFarToTrust(plan),
    '## Ablation A: sharing the factors over layers',
    `Depth ${plan.ablationDepth}: from nothing, every layer's own truncated SVD (as many numbers stored as FINE), shared factors.`,
    table(['', ...MEASURES.map((m) => m.name)], ['scratch', 'svd', 'fine'].map((method) => [label(method), ...MEASURES.map((m) => show(of(method, plan.ablationDepth, m), m.digits))])),
    table(['paper (FID)', 'scratch', 'SVD of each layer', 'FINE'], PAPER_SHARING.map((r) => [r.model, r.scratch.toFixed(2), r.svd.toFixed(2), r.fine.toFixed(2)])),
    orderingTable([['fine', 'svd'], ['svd', 'scratch']].map(([a, b]) => ({ what: `${label(a)} < ${label(b)}`, cells: MEASURES.map((m) => ordering(of(a, plan.ablationDepth, m), of(b, plan.ablationDepth, m))) }))),
    '## Ablation B: where sigma starts',
    ablationB(plan, comparison.ablationB),
    '## The line through sigma',
    sigmaText(sigma),
    '![Layers of the learngene and of tuned targets](paper-bench/sigma-pca.svg)',
    '## Cost in steps for n sizes',
    costText(plan, comparison),
  ];
  const figures: Record<string, string> = { 'sigma-pca.svg': sigmaChart(sigma) };
  for (const depth of plan.depths) figures[`val-L${depth}.svg`] = curves(plan, main, depth);
  return { markdown: `${parts.join('\n\n')}\n`, figures };
}

function setUp(plan: Plan, { rates }: Comparison, machine: Machine): string {
  const { model, recipe } = plan;
  return [
    `Set-up: the built-in emoji at ${model.inputSize}x${model.inputSize} (${model.numClasses} classes, a tenth held out); DiT of hidden size ${model.hiddenSize}, ${model.heads} heads, patch ${model.patchSize}; sources of depth ${model.depth}, ${plan.pretrainSteps} steps; batch ${recipe.batchSize}, AdamW without decay, constant rate after ${recipe.warmupSteps} steps, EMA ${recipe.emaDecay}, label dropout 0.1, flips.`,
    `Machine: ${machine.cpu}, ${machine.workers} ${machine.workers === 1 ? 'process' : 'processes'} of one thread, backend ${machine.backend}; ${machine.minutes.toFixed(0)} minutes since the comparison was first started in its folder.`,
    'Every method had the same search for its learning rates: the same candidates, a seed that is used for nothing else, the validation loss decides.',
    `Candidates: ${plan.rates.join(', ')}; for the adaptation ${plan.adaptFactors.join(', ')} times each method's own rate.${atTheEdge(plan, rates)}`,
    table(['method', 'rate of pretraining', 'rate of adaptation', 'rate of free training'], rates.map((r) => [label(r.method), r.pretrain?.toString() ?? '-', r.adaptation?.toPrecision(2) ?? '-', r.target.toString()])),
  ].join('\n\n');
}

/** A best rate at the end of the list may not be the best there is. */
function atTheEdge({ rates: candidates }: Plan, rates: Comparison['rates']): string {
  const ends = [Math.min(...candidates), Math.max(...candidates)];
  const of = (what: string, rate: (r: Comparison['rates'][number]) => number | null): string[] => {
    const methods = rates.filter((r) => ends.includes(rate(r) ?? NaN)).map((r) => label(r.method));
    return methods.length > 0 ? [`${what} of ${methods.join(', ')}`] : [];
  };
  const found = [...of('pretraining', (r) => r.pretrain), ...of('free training', (r) => r.target)];
  return found.length > 0 ? ` The best rate was the first or the last candidate for ${found.join('; ')}: a wider search might find a better one.` : '';
}

/** A difference of so many standard errors is hardly chance. */
const SURE = 3;

/**
 * The same model trained longer must look better, or a measure cannot tell anything apart at this scale. How much better is
 * counted in standard errors of that difference, from the spread over seeds of all rows, as two values alone give no spread.
 */
function control(plan: Plan, main: Row[], longScratch: TargetResult): string {
  const own = (method: string, depth: number) => main.filter((row) => row.method === method && row.depth === depth);
  const found = MEASURES.filter(({ name }) => !name.endsWith('full cost')).map((m) => {
    const before = figure(own('scratch', plan.ablationDepth).map((row) => m.of(row.result)));
    const after = m.of(longScratch);
    const spread = pooledSpread(plan.methods.flatMap((method) => plan.depths.map((depth) => figure(own(method, depth).map((row) => m.of(row.result))))));
    return { m, before, after, sigmas: (before.mean - after) / (spread * Math.sqrt(1 + 1 / before.values.length)) };
  });
  const names = (some: typeof found): string => some.map(({ m }) => m.name).join(' and ');
  const [blind, weak] = [found.filter(({ sigmas }) => sigmas <= 0), found.filter(({ sigmas }) => sigmas > 0 && sigmas < SURE)];
  const times = `${(plan.pretrainSteps / plan.targetSteps).toFixed(1)} times`;
  return [
    table([`${label('scratch')}, depth ${plan.ablationDepth}`, ...found.map(({ m }) => m.name)], [[`${plan.targetSteps} steps`, ...found.map(({ m, before }) => show(before, m.digits))], [`${plan.pretrainSteps} steps (one seed)`, ...found.map(({ m, after }) => after.toFixed(m.digits))], ['gain, in standard errors of the difference', ...found.map(({ sigmas }) => sigmas.toFixed(1))]]),
    ...(blind.length > 0 ? [`**${names(blind)} did not get better by training the same model ${times} as long. What this report says in it is not evidence for or against any method.**`] : []),
    ...(weak.length > 0 ? [`**${names(weak)} got better by training the same model ${times} as long, but by less than ${SURE} standard errors. What this report says in it is weak evidence.**`] : []),
    ...(blind.length + weak.length === 0 ? ['Every measure got better by longer training, as it must.'] : []),
  ].join('\n\n');
}

function mainTable(plan: Plan, main: Row[], depth: number): string {
  const rows = plan.methods.map((method) => {
    const own = main.filter((row) => row.method === method && row.depth === depth);
    const { carried, tuned } = own[0].result;
    return [label(method), thousands(carried), adaptationSteps(plan, method) > 0 ? `${adaptationSteps(plan, method)} (${thousands(tuned)})` : '0', show(figure(own.map((r) => r.result.valAdapted)), 4), ...MEASURES.map((m) => show(figure(own.map((r) => m.of(r.result))), m.digits))];
  });
  return `### Depth ${depth}\n\n${table(['method', 'carried', 'adaptation steps (numbers tuned)', 'val before training', ...MEASURES.map((m) => m.name)], rows)}`;
}

function howFarToTrust({ pretrainSeeds, targetSeeds }: Plan): string {
  const values = pretrainSeeds.length * targetSeeds.length;
  const chance = `Of two methods that do not differ, ${values} values each would come out as "held" in ${(100 * heldByChance(values, values)).toFixed(0)} % of the cases, and as "did not hold" in as many; what several columns or both depths agree on is worth more than one cell.`;
  const oneSource = pretrainSeeds.length > 1 ? '' : ' All values of a method start from the same pretraining, so neither the spread nor these words know how much another seed of it would change.';
  return `"held" and "did not hold" mean that all seeds agree; "unclear" that their ranges overlap. ${chance}${oneSource}`;
}

function orderingTable(rows: { what: string; cells: string[] }[]): string {
  return table(['ordering', ...MEASURES.map((m) => m.name)], rows.map(({ what, cells }) => [what, ...cells]));
}

function ablationB(plan: Plan, rows: AblationRow[]): string {
  const labels = [...new Set(rows.map((r) => r.label))];
  const of = (name: string, measure: (r: TargetResult) => number) => figure(rows.filter((r) => r.label === name).map((r) => measure(r.result)));
  const tuned = 'line, then tuned (default here)';
  const pairs = [['identical', 'random'], ['line', 'identical'], [tuned, 'line']];
  return [
    `Depth ${plan.ablationDepth}; sigma as it starts, without tuning unless said.`,
    table(['start', 'before free training', ...MEASURES.map((m) => m.name)], labels.map((name) => [name, show(of(name, (r) => r.valAdapted), 4), ...MEASURES.map((m) => show(of(name, m.of), m.digits))])),
    table(['paper (FID)', 'random', 'identical', 'linear in depth', 'trained'], PAPER_SIGMA.map((r) => [r.model, r.random.toFixed(2), r.identical.toFixed(2), r.line.toFixed(2), r.tuned.toFixed(2)])),
    table(['ordering', 'before free training', ...MEASURES.map((m) => m.name)], pairs.map(([a, b]) => [`${a} < ${b}`, ordering(of(a, (r) => r.valAdapted), of(b, (r) => r.valAdapted)), ...MEASURES.map((m) => ordering(of(a, m.of), of(b, m.of)))])),
  ].join('\n\n');
}

function sigmaText({ depths, analysis, alone }: SigmaLine): string {
  const share = (x: number) => `${(100 * x).toFixed(0)} %`;
  const rows = [...WEIGHT_TYPES, 'all'].map((type) => [type, alone.pca[type].r2.toFixed(3), share(alone.pca[type].explained[0]), analysis.pca[type].r2.toFixed(3), share(analysis.pca[type].explained[0])]);
  const alignment = depths.slice(1).map((depth, i) => `L${depth}: ${analysis.alignment[i + 1].join(', ')}`);
  return [
    `PCA over the layers of the learngene (depth ${depths[0]}) alone, and together with the tuned targets (${depths.slice(1).map((d) => `L${d}`).join(', ')}). R2: how much of the first two components a straight line over relative depth explains. The targets start on the line: a second R2 below the first says that tuning led them off it, and one like the first is no discovery.`,
    table(['type', 'R2, source', 'first component, source', 'R2, all sizes', 'first component, all sizes'], rows),
    `Closest layer of the deepest model, by cosine, for each layer of the targets (counted from 0): ${alignment.join('; ')}.`,
  ].join('\n\n');
}

function costText(plan: Plan, { longScratch, main }: Comparison): string {
  const fine = figure(main.filter((row) => row.method === 'fine' && row.depth === plan.ablationDepth).map((row) => row.result.val)).mean;
  const reached = longScratch.curve.find(([, val]) => val <= fine)?.[0] ?? null;
  const each = plan.targetSteps + adaptationSteps(plan, 'fine');
  const alone = reached ?? plan.pretrainSteps;
  const sign = reached === null ? '> ' : '';
  const rows = [1, 2, 3, 5, 10].map((n) => [String(n), String(plan.pretrainSteps + n * each), `${sign}${n * alone}`]);
  const breakEven = alone > each ? Math.ceil(plan.pretrainSteps / (alone - each)) : null;
  return [
    `A model of depth ${plan.ablationDepth} from nothing ${reached === null ? `did not reach FINE's validation loss (${fine.toFixed(4)}) within ${plan.pretrainSteps} steps (${longScratch.val.toFixed(4)})` : `needed about ${reached} steps to reach FINE's validation loss (${fine.toFixed(4)})`}; FINE needs ${each} steps for each size (${adaptationSteps(plan, 'fine')} of them on sigma alone) after ${plan.pretrainSteps} once.`,
    table(['sizes', 'FINE, steps', 'each from nothing, steps'], rows),
    breakEven === null ? 'From nothing is cheaper at every number of sizes here.' : `FINE is cheaper from ${breakEven} sizes on${reached === null ? ', at the latest' : ''}. The paper counts 300K + 100K n against 300K n.`,
  ].join('\n\n');
}

/** Losses beyond this multiple of the lowest one are left out: the first steps from nothing would flatten all the rest. */
const SHOWN = 1.6;

function curves(plan: Plan, main: Row[], depth: number): string {
  const series = plan.methods.map((method) => {
    const own = main.filter((row) => row.method === method && row.depth === depth);
    const points = own[0].result.curve.map(([step], i) => {
      const { mean, values } = figure(own.map((row) => row.result.curve[i][1]));
      return { x: step + adaptationSteps(plan, method), y: mean, low: Math.min(...values), high: Math.max(...values) };
    });
    return { label: label(method), points };
  });
  const limit = SHOWN * Math.min(...series.flatMap(({ points }) => points.map(({ y }) => y)));
  const shown = series.map((s) => ({ ...s, points: s.points.filter(({ high }) => high <= limit) }));
  return lineChart(`Validation loss, depth ${depth} (up to ${limit.toFixed(3)})`, 'steps after pretraining, adaptation included', 'held-out denoising loss', shown);
}

function sigmaChart({ depths, analysis }: SigmaLine): string {
  return lineChart(
    'Sigma of all types: layers along the first two components',
    'first component',
    'second component',
    analysis.pca.all.points.map((layers, i) => ({ label: i === 0 ? `learngene, L${depths[i]}` : `tuned, L${depths[i]}`, points: layers.map(([a, b]) => ({ x: a, y: b })) })),
  );
}
