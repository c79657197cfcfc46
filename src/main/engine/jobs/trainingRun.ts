/** What every job that trains does around the loop: which backend, what the host is told, which pictures fit. */
import { AppError } from '../../../shared/errors';
import type { TrainingJob } from '../../../shared/worker';
import type { OpenDataset } from '../data/open';
import type { ModelWeights } from '../model/types';
import { resolveBackend } from '../tensor/backends';
import type { Backend } from '../tensor/types';
import type { TrainCallbacks } from '../train';
import type { JobContext } from './context';
import { RunSampler } from './runSampler';

/** A run that goes on stays with the backend that it began on, as another one rounds differently; where that is gone, 'auto' takes what works. */
export async function backendOf({ train: { backend, threads }, resume, startedOn }: TrainingJob, context: JobContext): Promise<Backend> {
  if (backend !== 'auto' || !resume || startedOn === null) return resolveBackend(backend, { threads });
  try {
    return await resolveBackend(startedOn, { threads });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.emit({ type: 'log', level: 'warn', message: `${error.message} The run goes on with another backend, so its numbers may differ in their last digits from those of an uninterrupted run.` });
    return resolveBackend('auto', { threads });
  }
}

/** Throws `invalid-input` when the model takes pictures of another size or other channels. */
export function assertPicturesFit({ config }: Pick<ModelWeights, 'config'>, data: OpenDataset): void {
  if (config.inputSize === data.size && config.inChannels === data.channels) return;
  throw new AppError('invalid-input', `The model takes pictures of ${config.inputSize}x${config.inputSize} with ${config.inChannels} channels; the dataset ${data.meta.name} has ${data.size}x${data.size} with ${data.channels}.`, {
    hint: `Add the pictures again at size ${config.inputSize}, or start a model for size ${data.size}.`,
    field: 'datasetId',
  });
}

/** Null when the run draws no grids. */
export function samplerOf(job: TrainingJob, data: OpenDataset, backend: Backend, dir: string, context: JobContext): RunSampler | null {
  return job.sample && new RunSampler(job.sample, { backend, dir, diffusion: job.diffusion, classes: data.classes, threads: job.train.threads, context });
}

/** A training that is the whole run, or one of the stages that follow one another in it. */
export interface Stage {
  /** Steps and milliseconds of the run that came before. */
  before: number;
  wallBefore: number;
  /** Of the whole run. */
  steps: number;
  /** Whether the host has yet to hear that the run is at work. */
  announce: boolean;
}

export const wholeRun = (steps: number): Stage => ({ before: 0, wallBefore: 0, steps, announce: true });

/** Tells the host what happens, in the steps of the run. `draw` makes a grid of samples. */
export function reporting(context: JobContext, stage: Stage, draw?: (step: number, weights: ModelWeights) => Promise<void>): TrainCallbacks {
  const { before, wallBefore, steps } = stage;
  let phase = 'preparing';
  const report = progress(context, () => phase);
  return {
    onStart: ({ backend, step, elapsedMs }) => {
      if (stage.announce) context.emit({ type: 'started', backend, step: before + step, steps, elapsedMs: wallBefore + elapsedMs });
    },
    onPhase: (name) => { phase = name; },
    onProgress: (done) => report(before + done, steps),
    onMetrics: (rows) => {
      // The loss that a stage begins with is the one that the stage before ended with.
      const own = before === 0 ? rows : rows.filter((row) => row.step > 0).map((row) => ({ ...row, step: before + row.step, wall: wallBefore + row.wall }));
      if (own.length > 0) context.emit({ type: 'metrics', rows: own });
    },
    onState: ({ step, bytes }) => context.emit({ type: 'state', step: before + step, bytes }),
    onSample: draw && ((step, weights) => draw(before + step, weights)),
    onWarning: (message) => context.emit({ type: 'log', level: 'warn', message }),
  };
}

/** Steps done with the rate and the remaining time of the last seconds, at most five times a second. */
function progress(context: JobContext, phase: () => string): (done: number, total: number) => void {
  const WINDOW_MS = 15_000;
  const recent: { at: number; done: number }[] = [];
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < 200 && done < total) return;
    last = now;
    recent.push({ at: now, done });
    while (recent.length > 2 && now - recent[0].at > WINDOW_MS) recent.shift();
    const seconds = (now - recent[0].at) / 1000;
    const perSecond = seconds > 0 ? (done - recent[0].done) / seconds : null;
    context.emit({ type: 'progress', phase: phase(), done, total, perSecond, etaMs: perSecond ? ((total - done) / perSecond) * 1000 : null });
  };
}
