/**
 * `npm run bench:paper [-- --minutes N | --full | --smoke] [--work DIR] [--workers N] [--out DIR]`
 * `--study [--trial] [--only 0,3] [--seeds 0,1,0:1]`: changes of FINE's recipe instead, one at a time, at the size of the comparison
 * or of the trial (0:1 is a source of seed 0 and a target of seed 1); the table is left in the work folder.
 * Reproduces the orderings of FINE (arXiv 2409.19289) on the built-in pictures and writes docs/paper-bench.md; `--trial`
 * repeats an earlier trial and writes docs/trial.md (`--report`: of the rows run so far; `--spread`: only the spread of phase 1). Stages are kept in
 * the work folder: started again, it goes on where it was.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareDataset } from '../../src/main/engine/data/prepare';
import { initializationById } from '../../src/main/engine/initialize/registry';
import { resolveBackend } from '../../src/main/engine/tensor/backends';
import { compare } from './comparison';
import { PICTURES, type Plan, SMALL_PICTURES, fullPlan, smokePlan, standardPlan } from './plan';
import { Pool, WORKER_FLAG, serveStages } from './pool';
import { distancesOfReal } from './quality';
import { writeReport } from './report';
import { runTask } from './run';
import { sigmaLine } from './sigmaLine';
import { trialReport } from './trial/report';
import { VARIANTS, type Seeds, type StudySetting, type Variant, parseSeeds, planSetting, study, studyTable } from './study';
import { keyOf } from './tasks';
import { TRIAL_SETTING } from './trial/rows';
import { runSpread, runTrial, trialResults, useTrialSplit } from './trial/trial';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const DEFAULT_MINUTES = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      full: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      study: { type: 'boolean', default: false },
      only: { type: 'string' },
      seeds: { type: 'string', default: '0' },
      trial: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      spread: { type: 'boolean', default: false },
      work: { type: 'string' },
      workers: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const workers = Number(values.workers ?? availableParallelism());
  const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
  if (!(workers >= 1) || !(minutes > 0)) throw new Error('--workers and --minutes must be positive numbers.');
  const size = values.trial ? 'trial' : values.full ? 'full' : values.smoke ? 'smoke' : `${minutes}min`;
  const dir = values.work ?? join(ROOT, '.tmp/paper-bench', size);
  mkdirSync(dir, { recursive: true });
  if (!existsSync(join(dir, 'dataset'))) {
    const pictures = values.trial || values.full ? PICTURES : SMALL_PICTURES;
    await prepareDataset({ source: join(ROOT, 'resources/datasets/emoji32'), sourceKind: 'builtin', size: pictures, name: 'Emoji', datasetDir: join(dir, 'dataset') });
    if (values.trial) useTrialSplit(join(dir, 'dataset'));
  }
  const chosen = { variants: VARIANTS.filter((_, i) => !values.only || values.only.split(',').includes(String(i))), seeds: values.seeds.split(',').map(parseSeeds) };
  if (values.trial && values.study) return checkVariants(TRIAL_SETTING, chosen, dir, poolOf(dir, workers, Date.now()));
  if (values.trial) return checkTrial(dir, values.report ? 0 : workers, values.spread ? runSpread : runTrial, values.out ?? join(ROOT, 'docs'));

  const planFile = join(dir, 'plan.json');
  const stored = await planOf(planFile, async () => (values.full ? fullPlan() : values.smoke ? smokePlan() : standardPlan(minutes, workers, await blockStepMs(dir))));
  const { plan, startedAt } = stored;
  process.stdout.write(`${plan.name}: pretraining ${plan.pretrainSteps} steps, targets ${plan.targetSteps}, adaptation at most ${plan.adaptSteps}; results in ${dir}\n`);
  const pool = poolOf(dir, workers, startedAt);
  if (values.study) return checkVariants(planSetting(plan), chosen, dir, pool);
  try {
    const comparison = await compare(plan, pool);
    const sigma = await sigmaLine(comparison, dir);
    const backend = await resolveBackend('auto');
    // A report written again later still says how long the stages took.
    stored.minutes ??= (Date.now() - startedAt) / 60_000;
    writeFileSync(planFile, JSON.stringify(stored, null, 2));
    const report = writeReport(plan, comparison, sigma, await distancesOfReal(plan.samples, dir, keyOf(plan.features)), { cpu: cpus()[0].model, workers, backend: backend.id, minutes: stored.minutes });
    // A smoke run says nothing about the method and must not replace the report.
    const out = values.out ?? (values.smoke ? dir : join(ROOT, 'docs'));
    mkdirSync(join(out, 'paper-bench'), { recursive: true });
    for (const [name, svg] of Object.entries(report.figures)) writeFileSync(join(out, 'paper-bench', name), svg);
    writeFileSync(join(out, 'paper-bench.md'), report.markdown);
    process.stdout.write(`Report: ${join(out, 'paper-bench.md')}\n`);
  } finally {
    pool.close();
  }
}

const poolOf = (dir: string, workers: number, startedAt: number) => new Pool(dir, workers, (line) => process.stdout.write(`[${((Date.now() - startedAt) / 60_000).toFixed(1)} min] ${line}\n`));

async function checkVariants(setting: StudySetting, { variants, seeds }: { variants: Variant[]; seeds: Seeds[] }, dir: string, pool: Pool): Promise<void> {
  const file = join(dir, 'study.md');
  try {
    await study(setting, pool, variants, seeds, (rows) => writeFileSync(file, `${studyTable(rows)}\n`));
    process.stdout.write(readFileSync(file, 'utf8'));
  } finally {
    pool.close();
  }
}

/** Without workers, the report of what has been run so far. */
async function checkTrial(dir: string, workers: number, rows: (pool: Pool) => Promise<void>, out: string): Promise<void> {
  const pool = poolOf(dir, workers, Date.now());
  try {
    if (workers > 0) await rows(pool);
    writeFileSync(join(out, 'trial.md'), await trialReport(await trialResults(pool), dir));
    process.stdout.write(`Report: ${join(out, 'trial.md')}\n`);
  } finally {
    pool.close();
  }
}

interface StoredPlan {
  plan: Plan;
  startedAt: number;
  /** From the first start to the first report. */
  minutes?: number;
}

/** The plan of an earlier start in this folder, so that a resumed comparison has the same stages. */
async function planOf(file: string, make: () => Promise<Plan>): Promise<StoredPlan> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as StoredPlan;
  const stored: StoredPlan = { plan: await make(), startedAt: Date.now() };
  writeFileSync(file, JSON.stringify(stored, null, 2));
  return stored;
}

/** Milliseconds per training step and block of the standard model on one thread, from a short run. */
async function blockStepMs(dir: string): Promise<number> {
  const { model, recipe } = standardPlan(1, 1, 1);
  const STEPS = 30;
  const time = async (steps: number) => (await runTask({ kind: 'source', method: initializationById('fine').id, config: model, recipe: { ...recipe, validationSamples: 32 }, steps, learningRate: 1e-3, seed: 2000 }, dir)).seconds;
  const short = await time(10);
  return ((await time(10 + STEPS)) - short) * (1000 / STEPS / (model.depth + 1));
}

if (process.argv[2] === WORKER_FLAG) serveStages(process.argv[3]);
else await main();
