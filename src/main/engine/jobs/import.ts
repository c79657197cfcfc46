import { readFileSync } from 'node:fs';
import { AppError } from '../../../shared/errors';
import type { JobOf, JobResult } from '../../../shared/worker';
import { importWeights } from '../checkpoint/import';
import { writeModel } from '../checkpoint/model';
import type { JobContext } from './context';

/** Weights of other origin into a checkpoint of this application. Nothing is written unless all of them fit. */
export async function importJob(job: JobOf<'import'>, context: JobContext): Promise<JobResult<'import'>> {
  const config = job.config ?? (job.configFile ? readConfig(job.configFile) : null);
  const { weights, diffusion, classNames, warnings } = await importWeights(job.sourceFile, config);
  for (const message of warnings) context.emit({ type: 'log', level: 'warn', message });
  const names = classNames ?? Array.from({ length: weights.config.numClasses }, (_, i) => `class ${i}`);
  const checkpoint = await writeModel(job.checkpointFile, { weights, ema: null, diffusion, classNames: names, step: 0, loss: null });
  return { checkpoint };
}

function readConfig(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not-found', `The configuration ${file} cannot be read.`, { cause: (error as Error).message, field: 'config' });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('format', `The configuration ${file} is not JSON.`, { cause: (error as Error).message, field: 'config' });
  }
}
