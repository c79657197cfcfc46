/** Runs every row of the trial with this engine, on the trial's own split. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { META_FILE } from '../../../src/main/engine/data/format';
import type { Pool } from '../pool';
import type { FeaturesResult, SourceResult, TargetResult } from '../tasks';
import { numpyPermutation } from './numpyPermutation';
import { FEATURES, FREE, type FreeRow, SOURCES, type SourceRow, TUNING, type TuningRow } from './rows';

export interface TrialResults {
  features: FeaturesResult;
  sources: { row: SourceRow; result: SourceResult }[];
  tuning: { row: TuningRow; result: TargetResult }[];
  free: { row: FreeRow; results: TargetResult[] }[];
}

/** Holds out the tenth of a prepared dataset that the trial held out, instead of the application's. */
export function useTrialSplit(datasetDir: string): void {
  const file = join(datasetDir, META_FILE);
  const meta = JSON.parse(readFileSync(file, 'utf8')) as { images: number; heldOut: number[] };
  meta.heldOut = numpyPermutation(0, meta.images).slice(0, Math.floor(meta.images / 10)).sort((a, b) => a - b);
  writeFileSync(file, JSON.stringify(meta));
}

export async function runTrial(pool: Pool): Promise<TrialResults> {
  const features = await pool.run(FEATURES);
  const sources = await Promise.all(SOURCES.map(async (row) => ({ row, result: await pool.run(row.task) })));
  const free = Promise.all(FREE.map(async (row) => ({ row, results: await Promise.all(row.tasks.map((task) => pool.run(task))) })));
  const tuning = Promise.all(TUNING.map(async (row) => ({ row, result: await pool.run(row.task) })));
  return { features, sources, free: await free, tuning: await tuning };
}
