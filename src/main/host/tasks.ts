/**
 * Jobs beside training: preparing data, extraction, sampling, import, export; one at a time, in the order they came. Evaluations,
 * which may take hours, go one at a time beside the others instead of before them. Each job is in a worker of its own. Progress goes out as `task` events. Whoever cancels gets `cancelled` as the answer of the request
 * that started the task; what the worker left half-written is for the request's handler to remove, as after any other failure.
 */
import type { Task } from '../../shared/protocol';
import { AppError } from '../../shared/errors';
import { jobResultSchemas, type Job, type JobOf, type JobResult, type TrainingKind, type WorkerEvent } from '../../shared/worker';
import { newId } from '../catalog';
import type { EventLog } from './events';
import { WorkerProcess, type WorkerExit, type WorkerOptions } from './worker-process';

export type TaskKind = Exclude<Job['kind'], TrainingKind>;

/** Kinds whose jobs may take hours: nobody waits behind one but another of these. */
const LONG: ReadonlySet<string> = new Set<TaskKind>(['evaluate']);

/** A task has no state to save: a worker whose native code does not listen is ended after this. */
const CANCEL_GRACE_MS = 2000;

interface Waiting {
  task: Task;
  job: Job;
  cancelled: boolean;
  /** Starts left after a crash by a signal: native code that failed once may well succeed. */
  restarts: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class TaskRunner {
  private readonly waiting: Waiting[] = [];
  private readonly active = new Map<Waiting, WorkerProcess>();
  private closed = false;
  private idleResolvers: (() => void)[] = [];

  constructor(private readonly events: EventLog, private readonly worker: () => WorkerOptions) {}

  get idle(): boolean {
    return this.active.size === 0 && this.waiting.length === 0;
  }

  /**
   * Runs `job` and gives its checked result. Rejects with the worker's error, `crashed` when it died, `cancelled` when somebody
   * cancelled it or `signal` fired, `conflict` when a task at work is called `taskId` already.
   */
  run<K extends TaskKind>(job: JobOf<K>, label: string, signal?: AbortSignal, taskId: string = newId('task')): Promise<JobResult<K>> {
    if (this.closed) return Promise.reject(new AppError('cancelled', 'The application is closing.'));
    if (signal?.aborted) return Promise.reject(cancelledError(label));
    if (this.find(taskId)) return Promise.reject(new AppError('conflict', `A task with the id “${taskId}” is at work already.`, { field: 'taskId' }));
    return new Promise((resolve, reject) => {
      const task: Task = { taskId, kind: (job as Job).kind, label, phase: 'waiting', fraction: null, etaMs: null, status: 'running' };
      const entry: Waiting = { task, job: job as Job, cancelled: false, restarts: 1, resolve: resolve as (value: unknown) => void, reject };
      signal?.addEventListener('abort', () => this.abort(entry), { once: true });
      this.waiting.push(entry);
      this.publish(entry);
      this.pump();
    });
  }

  /** At work and waiting, in their order. */
  list(): Task[] {
    return [...this.active.keys(), ...this.waiting].map(({ task }) => ({ ...task }));
  }

  /** A waiting task leaves the queue; one at work stops, or is ended after a grace. Throws `not-found`. */
  cancel(taskId: string): void {
    const entry = this.find(taskId);
    if (!entry) throw new AppError('not-found', `No task at work has the id “${taskId}”.`, { cause: 'It has ended in the meantime.', hint: 'List what is at work with “tasks list”.', field: 'id' });
    this.abort(entry);
  }

  private find(taskId: string): Waiting | undefined {
    return [...this.active.keys(), ...this.waiting].find(({ task }) => task.taskId === taskId);
  }

  /** Stops everything; resolves when no worker is left. */
  async close(): Promise<void> {
    this.closed = true;
    for (const entry of this.waiting.splice(0)) this.finish(entry, new AppError('cancelled', 'The application closed before this began.'));
    for (const worker of this.active.values()) worker.cancel(CANCEL_GRACE_MS);
    await this.whenIdle();
  }

  whenIdle(): Promise<void> {
    return this.idle ? Promise.resolve() : new Promise((resolve) => this.idleResolvers.push(resolve));
  }

  private abort(entry: Waiting): void {
    entry.cancelled = true;
    const at = this.waiting.indexOf(entry);
    if (at >= 0) {
      this.waiting.splice(at, 1);
      this.finish(entry, cancelledError(entry.task.label));
    } else {
      const worker = this.active.get(entry);
      if (!worker) return;
      worker.cancel(CANCEL_GRACE_MS);
      this.publish(entry, { phase: 'stopping' });
    }
  }

  private publish(entry: Waiting, change: Partial<Task> = {}): void {
    Object.assign(entry.task, change);
    this.events.publish({ type: 'task', task: { ...entry.task } });
  }

  private finish(entry: Waiting, error: Error | null, result?: unknown): void {
    const failure = error instanceof AppError && error.code === 'cancelled' ? 'cancelled' : 'failed';
    this.publish(entry, { status: error ? failure : 'done', fraction: error ? entry.task.fraction : 1, etaMs: null });
    if (error) entry.reject(error);
    else entry.resolve(result);
    if (this.idle) for (const resolve of this.idleResolvers.splice(0)) resolve();
  }

  private pump(): void {
    for (const entry of this.waiting.slice()) {
      if ([...this.active.keys()].some((other) => isLong(other) === isLong(entry))) continue;
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      this.start(entry);
    }
  }

  private start(entry: Waiting): void {
    let outcome: { result: unknown } | { error: Error } | null = null;
    const worker = new WorkerProcess(entry.job, this.worker(), {
      onEvent: (event) => {
        const ended = this.handle(entry, event);
        if (ended) outcome = ended;
      },
      onResponsive: (responding) => this.publish(entry, { phase: responding ? entry.task.phase : 'not responding' }),
      onExit: (exit) => {
        this.active.delete(entry);
        const cancelled = entry.cancelled || this.closed;
        if (!outcome && !cancelled && exit.signal && !exit.killed && entry.restarts > 0) {
          entry.restarts--;
          this.publish(entry, { phase: 'starting again after a crash', fraction: null });
          this.start(entry);
          return;
        }
        if (outcome && 'result' in outcome) this.finish(entry, null, outcome.result);
        else if (cancelled || exit.killed) this.finish(entry, cancelledError(entry.task.label));
        else this.finish(entry, outcome ? outcome.error : crashError(entry.task.label, exit));
        this.pump();
      },
    });
    this.active.set(entry, worker);
    this.publish(entry, { phase: 'starting' });
  }

  private handle(entry: Waiting, event: WorkerEvent): { result: unknown } | { error: Error } | null {
    switch (event.type) {
      case 'progress':
        if (!entry.cancelled) this.publish(entry, { phase: event.phase, fraction: event.total > 0 ? event.done / event.total : null, etaMs: event.etaMs });
        return null;
      case 'failed':
        return { error: AppError.fromInfo(event.error) };
      case 'done': {
        const parsed = jobResultSchemas[entry.job.kind].safeParse(event.result);
        if (parsed.success) return { result: parsed.data };
        return { error: new AppError('internal', `The worker's answer to “${entry.task.label}” is not what was agreed.`, { details: parsed.error.issues }) };
      }
      default:
        return null;
    }
  }
}

const isLong = ({ task }: Waiting): boolean => LONG.has(task.kind);

function cancelledError(label: string): AppError {
  return new AppError('cancelled', `${label} was cancelled.`);
}

/** Signals by which the system ends a process whose native code went wrong. */
const NATIVE_FAULTS = new Set<NodeJS.Signals | null>(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/** What to tell a person about a process that ended without a word. */
export function crashError(label: string, exit: WorkerExit): AppError {
  const how = exit.signal ? `by signal ${exit.signal}` : `with exit code ${exit.code}`;
  const memory = exit.signal === 'SIGKILL' || /allocation|bad_alloc|out of memory/i.test(exit.stderr);
  const said = exit.stderr.split('\n').findLast((line) => /error/i.test(line))?.trim();
  const silence = NATIVE_FAULTS.has(exit.signal) ? 'Native code failed.' : exit.signal ? 'Somebody or something else ended the process.' : 'It ended by itself, without a result and without saying why.';
  return new AppError('crashed', `${label}: the worker process ended ${exit.code === 0 ? 'before its work was done' : 'unexpectedly'} (${how}).`, {
    cause: memory ? 'The system may have run out of memory, or somebody ended the process.' : (said ?? silence),
    hint: memory ? 'Try again with a smaller batch size or model.' : 'Try again; if it happens again, choose another backend.',
    details: { ...exit },
  });
}
