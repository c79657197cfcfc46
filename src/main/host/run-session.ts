/**
 * One run while its worker lives: what the worker says goes to the catalogue and out as events, metrics in batches.
 * The worker's last word, or its silence, becomes the run's status.
 */
import type { Run } from '../../shared/entities';
import { AppError, type ErrorInfo } from '../../shared/errors';
import type { HostEvent } from '../../shared/protocol';
import { jobResultSchemas, type TrainingJob, type WorkerEvent } from '../../shared/worker';
import { addSample, appendLog, appendMetrics, checkpoints, getRun, newId, setWorkerPid, truncateMetrics, updateRun, write, type Catalog, type MetricRow } from '../catalog';
import type { EventLog } from './events';
import type { Home } from './home';
import { checkpointOfRun } from './finished';
import { paced } from './paced';
import type { Estimate } from './plan';
import { recoverMetrics } from './run-journal';
import { crashError } from './tasks';
import { WorkerProcess, type WorkerExit, type WorkerOptions } from './worker-process';

const FLUSH_MS = 200;
/** Every telling of progress is a message to every client, and nobody reads faster. */
const PROGRESS_MS = 200;
const LOGGED_STDERR = 2000;
const ENDED = { completed: 'Completed.', paused: 'Paused: it goes on from the last saved state.', cancelled: 'Cancelled.' };

export interface SessionDeps {
  catalog: Catalog;
  events: EventLog;
  home: Home;
  worker: WorkerOptions;
  estimate: Estimate;
}

export interface SessionEnd {
  run: Run;
  /** The worker died by a signal that no one sent on purpose: the queue may try again. */
  nativeCrash: boolean;
  /** Whether a training state reached the disk in this session. */
  progressed: boolean;
}

type Ask = 'pause' | 'cancel' | null;
type Progress = Extract<HostEvent, { type: 'run.progress' }>;

export class RunSession {
  private readonly process: WorkerProcess;
  private readonly began = performance.now();
  private readonly elapsedBefore: number;
  private rows: MetricRow[] = [];
  private flushTimer: NodeJS.Timeout | undefined;
  private phase = '';
  private readonly progress = paced<Progress>(PROGRESS_MS, (event) => this.deps.events.publish(event));
  private step: number;
  private asked: Ask = null;
  private progressed = false;
  /** Most memory that the worker was seen with. */
  private peakBytes = 0;
  private last: Extract<WorkerEvent, { type: 'done' | 'failed' | 'paused' }> | null = null;
  readonly ended: Promise<SessionEnd>;

  constructor(private readonly run: Run, private readonly job: TrainingJob, private readonly deps: SessionDeps) {
    this.step = run.step;
    this.elapsedBefore = run.elapsedMs;
    let settle: (end: SessionEnd) => void;
    this.ended = new Promise((resolve) => (settle = resolve));
    this.process = new WorkerProcess(job, deps.worker, {
      onEvent: (event) => this.handle(event),
      onResponsive: (responding) => this.responsive(responding),
      onExit: (exit) => settle(this.finish(exit)),
    });
    setWorkerPid(deps.catalog, run.id, this.process.pid ?? null);
  }

  get runId(): string {
    return this.run.id;
  }

  get workerPid(): number | undefined {
    return this.process.pid;
  }

  /** Takes effect within one step, the state written first. */
  pause(): void {
    this.asked ??= 'pause';
    this.process.pause();
  }

  cancel(): void {
    this.asked = 'cancel';
    this.process.cancel();
  }

  /** The application closes: like a pause, with an end to patience. */
  stop(): void {
    this.asked ??= 'pause';
    this.process.stop();
  }

  private handle(event: WorkerEvent): void {
    const { catalog, events, home } = this.deps;
    const runId = this.run.id;
    switch (event.type) {
      case 'started':
        truncateMetrics(catalog, runId, event.step);
        if (event.step > 0) recoverMetrics(catalog, runId, this.job.runDir, event.step);
        this.step = event.step;
        this.publish(updateRun(catalog, runId, { backend: event.backend, step: event.step, steps: event.steps, sittings: [...getRun(catalog, runId).sittings, { at: Date.now(), elapsedMs: event.elapsedMs }] }));
        this.log('info', event.step > 0 ? `Resumed from step ${event.step} of ${event.steps}, computed by ${event.backend}.` : `Started: ${event.steps} steps, computed by ${event.backend}.`);
        // Whatever it waited for is over; the first sample grid may come before the first step.
        this.tellProgress({ phase: 'starting', step: event.step, perSecond: null, imagesPerSecond: null, etaMs: null });
        break;
      case 'progress': {
        const training = event.total === this.run.steps;
        const perSecond = event.perSecond;
        this.tellProgress({
          phase: event.phase,
          step: training ? event.done : this.step, perSecond, etaMs: event.etaMs,
          imagesPerSecond: training && perSecond !== null ? perSecond * this.job.train.batchSize * this.job.train.accumulate : null,
        });
        break;
      }
      case 'metrics':
        this.rows.push(...event.rows);
        this.flushTimer ??= setTimeout(() => this.flush(), FLUSH_MS);
        break;
      case 'sample': {
        const sample = { id: newId('smp'), runId, checkpointId: null, step: event.step, file: home.relative(event.file), columns: event.columns, rows: event.rows, config: event.config, createdAt: Date.now() };
        addSample(catalog, sample);
        events.publish({ type: 'sample', sample });
        break;
      }
      case 'state':
        this.progressed = true;
        this.flush();
        this.step = Math.max(this.step, event.step);
        this.log('info', `The state at step ${event.step} is saved.`);
        break;
      case 'log':
        this.log(event.level, event.message);
        break;
      case 'meters':
        this.peakBytes = Math.max(this.peakBytes, event.rss);
        events.publish({ type: 'run.meters', runId, cpu: event.cpu, rss: event.rss, gpu: event.gpu });
        break;
      case 'paused':
      case 'done':
      case 'failed':
        this.last = event;
        break;
      default:
        event satisfies never;
    }
  }

  private flush(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    const rows = this.rows;
    if (rows.length === 0) return;
    this.rows = [];
    this.step = Math.max(this.step, ...rows.map((row) => row.step));
    const { catalog, events } = this.deps;
    write(catalog, () => {
      appendMetrics(catalog, this.run.id, rows);
      updateRun(catalog, this.run.id, { step: Math.min(this.step, this.run.steps), elapsedMs: this.elapsed() });
    });
    events.publish({ type: 'run.metrics', runId: this.run.id, rows });
  }

  /** A new phase is told at once. */
  private tellProgress(progress: Omit<Progress, 'type' | 'runId' | 'steps'>): void {
    this.progress.add({ type: 'run.progress', runId: this.run.id, steps: this.run.steps, ...progress }, progress.phase !== this.phase);
    this.phase = progress.phase;
  }

  private elapsed(): number {
    return this.elapsedBefore + performance.now() - this.began;
  }

  private log(level: string, message: string): void {
    const line = appendLog(this.deps.catalog, this.run.id, level, message);
    this.deps.events.publish({ type: 'run.log', runId: this.run.id, ...line });
  }

  private publish(run: Run): void {
    this.deps.events.publish({ type: 'run', run });
  }

  private responsive(responding: boolean): void {
    this.log('warn', responding ? 'The worker answers again.' : 'The worker has not answered for a while. It can be cancelled; the last saved state stays.');
    if (!responding) this.tellProgress({ phase: 'not responding', step: this.step, perSecond: null, imagesPerSecond: null, etaMs: null });
  }

  private finish(exit: WorkerExit): SessionEnd {
    const { catalog } = this.deps;
    this.flush();
    this.progress.flush();
    const end = this.outcome(exit);
    if (end.error && end.status !== 'cancelled') this.log('error', end.error.message);
    if (exit.stderr && this.last?.type !== 'done') this.log('warn', exit.stderr.slice(-LOGGED_STDERR));
    if (end.status === 'completed' || end.status === 'paused' || end.status === 'cancelled') this.log('info', ENDED[end.status]);
    const run = updateRun(catalog, this.run.id, { status: end.status, error: end.error ?? null, endedAt: Date.now(), elapsedMs: this.elapsed(), ...end.patch });
    setWorkerPid(catalog, this.run.id, null);
    this.publish(run);
    return { run, nativeCrash: end.nativeCrash ?? false, progressed: this.progressed };
  }

  private outcome(exit: WorkerExit): { status: Run['status']; error?: ErrorInfo; patch?: Partial<Run>; nativeCrash?: boolean } {
    const last = this.last;
    if (last?.type === 'paused') return { status: 'paused', patch: { step: last.step } };
    if (last?.type === 'done') {
      const parsed = jobResultSchemas[this.job.kind].safeParse(last.result);
      if (!parsed.success) return { status: 'failed', error: { code: 'internal', message: 'The worker gave a result that is not what was agreed.', details: parsed.error.issues } };
      return this.complete(parsed.data);
    }
    if (last?.type === 'failed') {
      if (this.asked === 'cancel' || last.error.code === 'cancelled') return { status: this.asked === 'pause' ? 'paused' : 'cancelled' };
      // The states written so far are whole, so that it can go on once there is room.
      const error = last.error.code === 'no-memory' ? { ...last.error, hint: this.deps.estimate.memoryHint } : last.error;
      return { status: error.code === 'no-space' ? 'paused' : 'failed', error };
    }
    if (this.asked === 'cancel') return { status: 'cancelled' };
    const error = crashError(this.run.name, exit).toInfo();
    const native = exit.signal !== null && !['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(exit.signal);
    return { status: 'interrupted', error: { ...error, hint: 'Resume the run: it goes on from the last saved state with the same numbers.' }, nativeCrash: native };
  }

  private complete(result: Parameters<typeof checkpointOfRun>[1]): { status: Run['status']; patch: Partial<Run> } {
    const { catalog, events, home, estimate } = this.deps;
    const checkpoint = checkpointOfRun(getRun(catalog, this.run.id), result, home);
    const { checkpoint: _, ...figures } = result;
    write(catalog, () => {
      if (!checkpoints.find(catalog, checkpoint.id)) checkpoints.insert(catalog, checkpoint);
    });
    events.publish({ type: 'checkpoint', checkpoint });
    return { status: 'completed', patch: { step: this.run.steps, result: { ...figures, checkpointId: checkpoint.id, estimatedBytes: estimate.trainingBytes, estimatedMs: estimate.totalMs, peakBytes: this.peakBytes || null } } };
  }
}

/** For callers that need the error of a run that did not complete. */
export function runError(run: Run): AppError {
  if (run.error) return AppError.fromInfo(run.error as ErrorInfo);
  return new AppError(run.status === 'cancelled' || run.status === 'paused' ? 'cancelled' : 'crashed', `${run.name} is ${run.status}.`, { hint: `Resume it with “runs resume ${run.id}”.` });
}
