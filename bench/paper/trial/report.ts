/** docs/trial.md: each row of the trial, its number and this engine's, and whether they differ by more than the trial's noise. */
import { readSafetensors } from '../../../src/main/engine/checkpoint/safetensors';
import { analyseSigma } from '../../../src/main/engine/fine/analysis';
import { defaultRanks } from '../../../src/main/engine/initialize/fine';
import { join } from 'node:path';
import { table } from '../markdown';
import { PROBED_TIMESTEPS, meanLoss } from '../probe';
import { distancesOfReal } from '../quality';
import { sourceModel } from '../run';
import { type Distances, type Probe, type SourceTask, keyOf } from '../tasks';
import { alongRunLoss } from './alongRun';
import { recipeSection, statesOfChanges } from './recipes';
import { FEATURES, FLOOR, FREE, NOISE, SIGMA, SOURCES, TUNING } from './rows';
import type { TrialResults } from './trial';

const probeAt = (probes: Probe[], step: number): Probe => probes.find((p) => p.step === step)!;
const val = (probes: Probe[], step: number): number => meanLoss(probeAt(probes, step).heldOut);
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Twice the spread of a difference of two runs that have the trial's spread each, and half of the last digit that it gave. */
function verdict(trial: number, ours: number, spread: number, lastDigit: number): string {
  return Math.abs(ours - trial) <= 2 * Math.SQRT2 * spread + lastDigit / 2 ? 'within' : ours < trial ? 'lower' : 'higher';
}

const signed = (x: number, digits: number): string => `${x < 0 ? '-' : '+'}${Math.abs(x).toFixed(digits)}`;

/** Cells: the trial's number, ours, difference, verdict. */
function compared(trial: number | null, ours: number, digits: number, spread: number, lastDigit = 10 ** -digits): string[] {
  if (trial === null) return ['-', ours.toFixed(digits), '-', '-'];
  return [trial.toFixed(digits), ours.toFixed(digits), signed(ours - trial, digits), verdict(trial, ours, spread, lastDigit)];
}

export async function trialReport(results: TrialResults, dir: string): Promise<string> {
  return `${[
    '# The trial, repeated with this engine',
    'Written by `npm run bench:paper -- --trial`. A trial in PyTorch came before this code (docs/method.md, "Trial"). Here every main row of it is run again with this engine: same pictures, same held-out tenth, same model, steps, rates, schedules and averages, other random numbers.',
    `"within": the difference is at most 2 sqrt(2) times the spread over training seeds that the trial states (val ${NOISE.val}, FD pixels ${NOISE.pixels}), plus half of the last digit given. That spread leaves out the pretraining seed, of which the trial had one; a difference in phase 1 is therefore carried on to every row after it. Known differences in set-up: the trial computed its products in bfloat16 and this engine in float32; it drew pictures with replacement and this engine in epochs; its cosine ended at a twentieth of the rate instead of zero and ran from the first step instead of from the end of the warm-up. Whether U or sigma of adaLN was zero at its start is not recorded.`,
    'val: mean squared error over 9 fixed timesteps (20, 60, 120, 200, 300, 420, 560, 720, 900) and all 190 held-out pictures, averaged weights. FD: 512 DDIM-25 samples against all pictures.',
    '## Phase 1',
    phase1(results),
    'The trial took these losses on three of the nine timesteps for every picture, not on all nine, which puts them about three per cent higher. For the finished sources both, with the trial\'s own choice of timesteps:',
    await alongRun(results, dir),
    '## Phase 2: 300 steps on sigma and biases',
    phase2(results),
    '## Equal free training, 800 steps',
    free(results),
    '"ratio": this row\'s distance over the one of scratch at the same depth. The trial\'s classifier is another network than ours, so only such ratios can be compared; pixels are directly comparable.',
    await floor(dir),
    orderings(results),
    ...notRun(results),
    '## Sigma over the layers of the source',
    await sigma(dir),
    ...(await seedSpread(results, dir)),
    ...recipeSection(results.recipes),
    '## Where the losses lie',
    'Not in the trial: held-out loss by timestep, and the same over 190 training pictures, for the sources and after 0, 200 and 800 free steps at depth 4 (first seed). FD: pixels / classifier.',
    bands(results),
    'Which of these losses a distance follows: correlation of the logarithms of FD and of the held-out loss at each timestep, over every state that was sampled after some training.',
    followed(results),
  ].join('\n\n')}\n`;
}

function phase1({ sources }: TrialResults): string {
  return table(
    ['form', 'parameters: trial, here', 'steps', 'trial', 'here', 'difference', ''],
    sources.flatMap(({ row, result }) => Object.entries(row.found).map(([step, value]) => [row.label, `${row.foundParameters}K, ${Math.round(result.parameters / 1000)}K`, step, ...compared(value, val(result.probes, Number(step)), 4, NOISE.val, 1e-3)])),
  );
}

function phase2({ tuning }: TrialResults): string {
  return table(
    ['depth', 'start of sigma', 'rate', 'before: trial', 'here', 'difference', '', 'after: trial', 'here', 'difference', ''],
    tuning.map(({ row, result }) => {
      const { adaptation } = row.task;
      const after = adaptation ? compared(row.after, result.valAdapted, 4, NOISE.val, row.after && row.after < 0.09 ? 1e-4 : 1e-3) : ['not tuned', '', '', ''];
      return [String(row.depth), row.label, adaptation ? String(adaptation.learningRate) : '-', ...compared(row.before, result.valStart, 4, NOISE.val, 1e-3), ...after];
    }),
  );
}

/** Rows of the trial that this run left out, if any. */
function notRun({ sources, tuning, free: rows }: TrialResults): string[] {
  const missing = [
    ...SOURCES.filter((row) => !sources.some((done) => done.row === row)).map((row) => row.label),
    ...TUNING.filter((row) => !tuning.some((done) => done.row === row)).map((row) => `tuning at depth ${row.depth} from ${row.label}${row.task.adaptation ? ` at ${row.task.adaptation.learningRate}` : ', untuned'}`),
    ...FREE.filter((row) => !rows.some((done) => done.row === row)).map((row) => `free training at depth ${row.depth}: ${row.label}`),
  ];
  const oneSeed = rows.filter(({ row, results }) => results.length < row.tasks.length).map(({ row }) => row.label);
  return [
    ...(missing.length > 0 ? [`Rows of the trial that were not run here, for want of time: ${missing.join('; ')}.`] : []),
    ...(oneSeed.length > 0 ? [`Of two training seeds in the trial one was run here: ${oneSeed.join('; ')}.`] : []),
  ];
}

function free({ free: rows }: TrialResults): string {
  const scratch = (depth: number) => rows.find(({ row }) => row.label === 'scratch' && row.depth === depth);
  return table(
    ['depth', 'method', 'val: trial', 'here', 'difference', '', 'FD pixels: trial', 'here', 'difference', '', 'FD classifier, ratio: trial', 'here'],
    rows.map(({ row, results }) => {
      const base = scratch(row.depth);
      const ratio = row.classifier === null || !base ? ['-', '-'] : [(row.classifier / base.row.classifier!).toFixed(2), (meanOf(results, 'classifier') / meanOf(base.results, 'classifier')).toFixed(2)];
      const pixels = row.pixels === null ? ['-', '-', '-', '-'] : compared(row.pixels, meanOf(results, 'pixels'), 0, NOISE.pixels, 1);
      return [String(row.depth), row.label, ...compared(mean(row.val), mean(results.map((r) => r.val)), 4, NOISE.val), ...pixels, ...ratio];
    }),
  );
}

const end = (probes: Probe[]): Distances => probes[probes.length - 1].fd!;
const meanOf = (results: TrialResults['free'][number]['results'], kind: keyof Distances): number => mean(results.map((r) => end(r.probes)[kind]));

/** What the trial concluded, read off these rows. */
function orderings({ free: rows }: TrialResults): string {
  const at = (label: string, depth: number) => rows.find(({ row }) => row.label.startsWith(label) && row.depth === depth);
  const pairs = [['FINE', 'TLEG'], ['TLEG', 'scratch'], ['FINE', 'independent SVD'], ['FINE', 'layers copied'], ['independent SVD', 'scratch']];
  const sign = (a: number, b: number): string => (a < b ? '<' : '>');
  return table(
    ['depth', '', 'val: trial', 'here', 'FD pixels: trial', 'here', 'FD classifier: trial', 'here'],
    [4, 8].flatMap((depth) =>
      pairs.flatMap(([a, b]) => {
        const [x, y] = [at(a, depth), at(b, depth)];
        if (!x || !y) return [];
        return [[String(depth), `${a} against ${b}`, sign(mean(x.row.val), mean(y.row.val)), sign(mean(x.results.map((r) => r.val)), mean(y.results.map((r) => r.val))), sign(x.row.pixels!, y.row.pixels!), sign(meanOf(x.results, 'pixels'), meanOf(y.results, 'pixels')), sign(x.row.classifier!, y.row.classifier!), sign(meanOf(x.results, 'classifier'), meanOf(y.results, 'classifier'))]];
      }),
    ),
  );
}

async function floor(dir: string): Promise<string> {
  const { pixels, classifier } = await distancesOfReal(512, dir, keyOf(FEATURES));
  return `512 real pictures against all of them: ${pixels.toFixed(1)} (pixels; trial ${FLOOR.pixels}), ${classifier.toFixed(1)} (classifier; trial ${FLOOR.classifier}, another network).`;
}

type SigmaOf = (type: string) => { r2: number; share: number };

async function sigmaOf(task: SourceTask, dir: string): Promise<SigmaOf> {
  const { tensors } = await readSafetensors(join(dir, `${keyOf(task)}.safetensors`));
  const { pca } = analyseSigma([{ config: task.config, ranks: defaultRanks(task.config), tensors }]);
  return (type) => ({ r2: correlation(pca[type].points[0].map(([first]) => first), pca[type].points[0].map((_, layer) => layer)) ** 2, share: pca[type].explained[0] });
}

async function sigma(dir: string): Promise<string> {
  const of = await sigmaOf(SIGMA.source, dir);
  return table(
    ['', 'trial', 'here'],
    [
      ...(['all', 'qkv', 'fc2'] as const).map((type) => [`R2 of depth against the first component, ${type === 'all' ? 'all types' : type}`, String(SIGMA[type]), of(type).r2.toFixed(3)]),
      ['share of the variance in the first component, all types', `${100 * SIGMA.share} %`, `${(100 * of('all').share).toFixed(0)} %`],
    ],
  );
}

/** The first third of FINE's phase 1 in other ways, where they have been run. */
async function seedSpread({ spread: rows }: TrialResults, dir: string): Promise<string[]> {
  if (rows.length === 0) return [];
  const cells = await Promise.all(
    rows.map(async ({ row, source, line, identical }) => {
      const of = await sigmaOf(row.source, dir);
      const last = probeAt(source.probes, row.source.steps);
      return [row.label, val(source.probes, 400).toFixed(4), meanLoss(last.heldOut).toFixed(4), ...[7, 8].map((t) => last.heldOut[t].toFixed(4)), `${last.fd!.pixels.toFixed(0)} / ${last.fd!.classifier.toFixed(0)}`, line.val.toFixed(4), identical.val.toFixed(4), ...['all', 'qkv', 'fc2'].map((type) => of(type).r2.toFixed(2)), `${(100 * of('all').share).toFixed(0)} %`];
    }),
  );
  return [
    '## Spread of phase 1',
    'FINE, r = d, the first 1,000 steps with other random numbers for start and data, or with another start of adaLN: losses, two of them by timestep, FD, untuned targets of depth 4 with sigma on its line and with one constant, and sigma over the layers (R2 of depth against the first component).',
    table(['', 'val at 400', '1000', 't = 720', 't = 900', 'FD pixels / classifier', 'depth 4, line', 'one constant', 'R2, all types', 'qkv', 'fc2', 'first component'], cells),
  ];
}

async function alongRun({ sources }: TrialResults, dir: string): Promise<string> {
  const rows = sources.filter(({ row }) => row.task.steps === 3000);
  const cells: string[][] = [];
  for (const { row, result } of rows) {
    const { tensors } = await readSafetensors(join(dir, `${keyOf(row.task)}.safetensors`));
    const found = await alongRunLoss(await sourceModel(row.task, tensors), dir);
    cells.push([row.label, val(result.probes, 3000).toFixed(4), ...compared(row.found[3000], found, 4, NOISE.val, 1e-3)]);
  }
  return table(['form', 'here, all nine', 'three: trial', 'here', 'difference', ''], cells);
}

function bands({ sources, free: rows }: TrialResults): string {
  const line = (label: string, p: Probe): string[][] =>
    (['heldOut', 'training'] as const).map((kind) => [kind === 'heldOut' ? label : '', String(p.step), kind === 'heldOut' ? 'held out' : 'training', ...p[kind].map((loss) => loss.toFixed(5)), kind === 'heldOut' && p.fd ? `${p.fd.pixels.toFixed(0)} / ${p.fd.classifier.toFixed(0)}` : '']);
  return table(
    ['', 'steps', 'pictures', ...PROBED_TIMESTEPS.map((t) => `t = ${t}`), 'FD'],
    [
      ...sources.slice(0, 3).flatMap(({ row, result }) => result.probes.filter((p) => p.step >= 1000).flatMap((p) => line(`source: ${row.label}`, p))),
      ...rows.filter(({ row }) => row.depth === 4 && row.pixels !== null).flatMap(({ row, results }) => results[0].probes.flatMap((p) => line(row.label, p))),
    ],
  );
}

function followed({ sources, free: rows, recipes }: TrialResults): string {
  const states = [...sources.flatMap(({ result }) => result.probes), ...rows.flatMap(({ results }) => results.flatMap((r) => r.probes)), ...statesOfChanges(recipes)].filter((p) => p.step > 0 && p.fd !== null);
  const row = (label: string, distance: (p: Probe) => number): string[] => [label, ...PROBED_TIMESTEPS.map((_, i) => correlation(states.map((p) => Math.log(p.heldOut[i])), states.map((p) => Math.log(distance(p)))).toFixed(2))];
  return table([`${states.length} states`, ...PROBED_TIMESTEPS.map((t) => `t = ${t}`)], [row('FD pixels', (p) => p.fd!.pixels), row('FD classifier', (p) => p.fd!.classifier)]);
}

function correlation(a: number[], b: number[]): number {
  const [x, y] = [mean(a), mean(b)];
  const product = (u: number[], v: number[], mu: number, mv: number): number => u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0);
  return product(a, b, x, y) / Math.sqrt(product(a, a, x, x) * product(b, b, y, y));
}
