/** Every kind of job, one file each. */
import type { Job, WorkerEvent } from '../../../shared/worker';
import { analyseJob } from './analyse';
import { backendsJob } from './backends';
import { checkBackendJob } from './checkBackend';
import { benchJob } from './bench';
import type { JobContext } from './context';
import { datasetJob } from './dataset';
import { evaluateJob } from './evaluate';
import { exportJob } from './export';
import { extractJob } from './extract';
import { forwardJob } from './forward';
import { importJob } from './import';
import { importLearngeneJob } from './importLearngene';
import { installBackendJob } from './installBackend';
import { sampleJob } from './sample';
import { trainingJob } from './training';

export type { JobContext } from './context';

/** Runs one job to its end; the event it settles with is the last one of the worker. Errors are thrown. */
export async function runJob(job: Job, context: JobContext): Promise<WorkerEvent> {
  switch (job.kind) {
    case 'pretrain':
    case 'initialize':
    case 'train':
    case 'distill':
      return trainingJob(job, context);
    case 'bench':
      return benchJob(job, context);
    case 'dataset':
      return done(await datasetJob(job, context));
    case 'extract':
      return done(await extractJob(job, context));
    case 'export':
      return done(await exportJob(job, context));
    case 'sample':
      return done(await sampleJob(job, context));
    case 'import':
      return done(await importJob(job, context));
    case 'importLearngene':
      return done(await importLearngeneJob(job, context));
    case 'forward':
      return done(await forwardJob(job));
    case 'evaluate':
      return done(await evaluateJob(job, context));
    case 'analyse':
      return done(await analyseJob(job));
    case 'backends':
      return done(await backendsJob(job));
    case 'checkBackend':
      return done(await checkBackendJob(job, context));
    case 'installBackend':
      return done(await installBackendJob(job, context));
    default:
      return job satisfies never;
  }
}

function done(result: unknown): WorkerEvent {
  return { type: 'done', result };
}
