/** Runs every row of the trial with this engine, on the trial's own split. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { META_FILE } from '../../../src/main/engine/data/format';
import type { Pool } from '../pool';
import { type StudyRow, parseSeeds, studied } from '../study';
import type { FeaturesResult, ResultOf, SourceResult, TargetResult, Task } from '../tasks';
import { numpyPermutation } from './numpyPermutation';
import { FEATURES, FREE, type FreeRow, SOURCES, SPREAD, type SourceRow, type SpreadRow, TRIAL_SETTING, TUNING, type TuningRow } from './rows';

export interface TrialResults {
  features: FeaturesResult;
  sources: { row: SourceRow; result: SourceResult }[];
  tuning: { row: TuningRow; result: TargetResult }[];
  free: { row: FreeRow; results: TargetResult[] }[];
  spread: { row: SpreadRow; source: SourceResult; line: TargetResult; identical: TargetResult }[];
  /** Changes of the recipe at the trial's size. */
  recipes: StudyRow[];
}

const RECIPE_SEEDS = ['0', '0:1', '1', '2'].map(parseSeeds);

/** Holds out the tenth of a prepared dataset that the trial held out, instead of the application's. */
export function useTrialSplit(datasetDir: string): void {
  const file = join(datasetDir, META_FILE);
  const meta = JSON.parse(readFileSync(file, 'utf8')) as { images: number; heldOut: number[] };
  meta.heldOut = numpyPermutation(0, meta.images).slice(0, Math.floor(meta.images / 10)).sort((a, b) => a - b);
  writeFileSync(file, JSON.stringify(meta));
}

/** Runs what has not been run yet: what everything else needs first, then the rows that say most, so that stopping early loses least. */
export async function runTrial(pool: Pool): Promise<void> {
  await pool.run(FEATURES);
  const [dense, tleg, fine, ...others] = SOURCES;
  await Promise.all([dense, tleg, fine].map(({ task }) => pool.run(task)));
  const targets = (depth: number, seed: number) => FREE.filter((row) => row.depth === depth).flatMap((row) => row.tasks.slice(seed, seed + 1));
  const tuning = (depth: number) => TUNING.filter((row) => row.depth === depth).map((row) => row.task);
  const order = [...targets(4, 0).slice(0, 5), ...targets(4, 1).slice(0, 2), ...tuning(4).slice(0, 5), ...targets(8, 0), ...targets(4, 1), ...targets(4, 0), ...tuning(8), ...tuning(4)];
  await Promise.all([...order.map((task) => pool.run(task)), ...others.map(({ task }) => pool.run(task))]);
  await runSpread(pool);
}

/** Phase 1 once more in each of several ways, and its untuned targets. */
export async function runSpread(pool: Pool): Promise<void> {
  for (const { source, line, identical } of SPREAD) {
    await pool.run(source);
    await Promise.all([pool.run(line), pool.run(identical)]);
  }
}

/** Of every row what has been run so far. */
export async function trialResults(pool: Pool): Promise<TrialResults> {
  const features = await pool.find(FEATURES);
  if (!features) throw new Error('Nothing of the trial has been run in this folder.');
  return {
    features,
    sources: await done(pool, SOURCES),
    tuning: await done(pool, TUNING),
    spread: await spreadRun(pool),
    recipes: await studied(TRIAL_SETTING, pool, RECIPE_SEEDS),
    free: (await Promise.all(FREE.map(async (row) => ({ row, results: (await Promise.all(row.tasks.map((task) => pool.find(task)))).filter((r) => r !== null) })))).filter(({ results }) => results.length > 0),
  };
}

async function spreadRun(pool: Pool): Promise<TrialResults['spread']> {
  const rows = await Promise.all(SPREAD.map(async (row) => ({ row, source: await pool.find(row.source), line: await pool.find(row.line), identical: await pool.find(row.identical) })));
  return rows.flatMap(({ row, source, line, identical }) => (source && line && identical ? [{ row, source, line, identical }] : []));
}

async function done<R extends { task: Task }>(pool: Pool, rows: readonly R[]): Promise<{ row: R; result: ResultOf<R['task']> }[]> {
  const found: { row: R; result: ResultOf<R['task']> }[] = [];
  for (const row of rows) {
    const result = await pool.find<R['task']>(row.task);
    if (result) found.push({ row, result });
  }
  return found;
}
