/**
 * The queue of training runs: persistent, one at a time, in the order of their positions. What a run's state is follows from
 * the catalogue and from whether its process lives, never from what a window believes.
 */
import type { Run } from '../../shared/entities';
import { AppError, toErrorInfo } from '../../shared/errors';
import { appendLog, enqueue, getRun, isAwaited, nextQueued, reorderQueue, runsWithStatus, setWorkerPid, updateRun, workerPid, type Catalog } from '../catalog';
import type { EventLog } from './events';
import type { Home } from './home';
import { recoverMetrics } from './run-journal';
import type { TrainingJob } from '../../shared/worker';
import type { Estimate } from './plan';
import { RunSession, type SessionEnd } from './run-session';
import type { WorkerOptions } from './worker-process';

/** Automatic restarts after a crash of native code, refilled whenever a run saves a state. After that it waits for a person. */
const RESTART_BUDGET = 2;
const RESTART_DELAY_MS = 1000;
/** How long a worker of an earlier, killed host may still write its state. */
const ORPHAN_PATIENCE_MS = 20_000;

export interface QueueDeps {
  catalog: Catalog;
  events: EventLog;
  home: Home;
  worker(): WorkerOptions;
  /** Everything a run needs before its worker starts, such as an unpacked dataset; gives the job with its paths. */
  prepare(run: Run, signal: AbortSignal): Promise<TrainingJob>;
  /** What it should take, as far as one can tell before it starts. */
  estimate(run: Run): Estimate;
  /** After a run ended in whatever way. */
  onEnd?(run: Run): void;
}

export class RunQueue {
  private session: RunSession | null = null;
  private preparing: { runId: string; abort: AbortController; ask: 'pause' | 'cancel' | null } | null = null;
  private closed = false;
  private readonly restarts = new Map<string, number>();
  private readonly waiters = new Map<string, ((run: Run) => void)[]>();
  private idleResolvers: (() => void)[] = [];
  private restartTimer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: QueueDeps) {}

  /** Call once at the start: a run that says "running" has lost its process and becomes "interrupted". */
  recover(): void {
    const { catalog } = this.deps;
    for (const run of runsWithStatus(catalog, 'running')) {
      recoverMetrics(catalog, run.id, this.deps.home.runDir(run.id));
      const error = { code: 'crashed' as const, message: `${run.name} was running when the application ended.`, hint: 'Resume the run: it goes on from the last saved state with the same numbers.' };
      this.publish(updateRun(catalog, run.id, { status: 'interrupted', error, endedAt: Date.now() }));
      appendLog(catalog, run.id, 'warn', error.message);
    }
  }

  get activeRunId(): string | null {
    return this.session?.runId ?? this.preparing?.runId ?? null;
  }

  /** Process id of the worker at work: for tests and diagnostics. */
  get activePid(): number | undefined {
    return this.session?.workerPid;
  }

  get idle(): boolean {
    return this.activeRunId === null && this.restartTimer === undefined && (this.closed || !nextQueued(this.deps.catalog));
  }

  whenIdle(): Promise<void> {
    return this.idle ? Promise.resolve() : new Promise((resolve) => this.idleResolvers.push(resolve));
  }

  /** Starts the next run if none is at work. */
  pump(): void {
    if (this.closed || this.activeRunId !== null) return;
    const next = nextQueued(this.deps.catalog);
    if (next) void this.start(next);
    else if (this.idle) for (const resolve of this.idleResolvers.splice(0)) resolve();
  }

  /** Resolves with the run once it is neither queued nor running; an automatic restart counts as still running. */
  whenEnded(id: string): Promise<Run> {
    const run = getRun(this.deps.catalog, id);
    if (!['queued', 'running'].includes(run.status) && !this.willRestart(id)) return Promise.resolve(run);
    return new Promise((resolve) => this.waiters.set(id, [...(this.waiters.get(id) ?? []), resolve]));
  }

  /** Errors: `conflict` when there is nothing to pause. */
  pause(id: string): Run {
    const run = getRun(this.deps.catalog, id);
    if (run.status === 'queued') return this.settle(id, 'paused');
    this.activeOrThrow(run, 'paused', 'pause');
    return getRun(this.deps.catalog, id);
  }

  /** A queued run leaves the queue; a running one stops within a step, or is killed after a grace. */
  cancel(id: string): Run {
    const run = getRun(this.deps.catalog, id);
    if (this.willRestart(id)) this.stopRestart();
    if (['queued', 'paused', 'interrupted'].includes(run.status)) {
      const settled = this.settle(id, 'cancelled');
      // What waited for it learns now that it will not come.
      if (isAwaited(this.deps.catalog, id)) this.pump();
      return settled;
    }
    this.activeOrThrow(run, 'cancelled', 'cancel');
    return getRun(this.deps.catalog, id);
  }

  /** Puts a stopped run back into the queue; it goes on from its last saved state. */
  resume(id: string): Run {
    const run = getRun(this.deps.catalog, id);
    if (run.trashedAt !== null) throw new AppError('conflict', `${run.name} is in the trash.`, { hint: 'Restore it first.' });
    if (!['paused', 'interrupted', 'failed', 'cancelled'].includes(run.status))
      throw new AppError('conflict', `${run.name} is ${run.status}; there is nothing to resume.`, { hint: run.status === 'completed' ? 'Train on from its checkpoint instead.' : undefined });
    this.restarts.delete(id);
    return this.add(id);
  }

  /** Announces runs that were just put into the queue, and starts the first if none is at work. */
  submit(ids: readonly string[]): Run[] {
    for (const id of ids) this.publish(getRun(this.deps.catalog, id));
    this.pump();
    return ids.map((id) => getRun(this.deps.catalog, id));
  }

  /** Queues a run again. */
  private add(id: string, where: 'end' | 'front' = 'end'): Run {
    const run = enqueue(this.deps.catalog, id, where);
    this.publish(run);
    this.pump();
    return getRun(this.deps.catalog, id);
  }

  reorder(id: string, before: string | null): Run[] {
    const run = getRun(this.deps.catalog, id);
    if (run.status !== 'queued') throw new AppError('conflict', `${run.name} is ${run.status}, not queued.`);
    const queue = reorderQueue(this.deps.catalog, id, before);
    this.deps.events.publish({ type: 'changed', what: 'runs' });
    return queue;
  }

  /** The running run writes its state and is paused; queued ones stay queued for the next start. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopRestart();
    if (this.preparing) this.preparing.ask ??= 'pause';
    this.preparing?.abort.abort();
    this.session?.stop();
    await this.whenIdle();
  }

  private activeOrThrow(run: Run, past: string, ask: 'pause' | 'cancel'): void {
    if (this.session?.runId === run.id) this.session[ask]();
    else if (this.preparing?.runId === run.id) {
      this.preparing.ask = ask;
      this.preparing.abort.abort();
    } else throw new AppError('conflict', `${run.name} is ${run.status} and cannot be ${past}.`);
  }

  private settle(id: string, status: 'paused' | 'cancelled'): Run {
    const run = updateRun(this.deps.catalog, id, { status, queuePosition: null, endedAt: Date.now() });
    this.publish(run);
    this.announce(run);
    return run;
  }

  private publish(run: Run): void {
    this.deps.events.publish({ type: 'run', run });
  }

  private async start(queued: Run): Promise<void> {
    const { catalog, home, worker, events } = this.deps;
    const abort = new AbortController();
    const preparing = (this.preparing = { runId: queued.id, abort, ask: null as 'pause' | 'cancel' | null });
    const run = updateRun(catalog, queued.id, { status: 'running', queuePosition: null, startedAt: queued.startedAt ?? Date.now(), endedAt: null, error: null });
    this.publish(run);
    let end: SessionEnd;
    try {
      await orphanGone(workerPid(catalog, run.id), abort.signal);
      const job = await this.deps.prepare(run, abort.signal);
      if (abort.signal.aborted) throw new AppError('cancelled', 'Stopped before the first step.');
      this.session = new RunSession(run, job, { catalog, events, home, worker: worker(), estimate: this.deps.estimate(run) });
      this.preparing = null;
      end = await this.session.ended;
    } catch (error) {
      const info = toErrorInfo(error);
      const status = preparing.ask === 'pause' ? 'paused' : info.code === 'cancelled' ? 'cancelled' : 'failed';
      const ended = updateRun(catalog, run.id, { status, error: status === 'failed' ? info : null, endedAt: Date.now() });
      if (status === 'failed') appendLog(catalog, run.id, 'error', info.message);
      setWorkerPid(catalog, run.id, null);
      this.publish(ended);
      end = { run: ended, nativeCrash: false, progressed: false };
    }
    this.preparing = null;
    this.session = null;
    if (end.nativeCrash && this.mayRestart(end)) this.restartLater(end.run);
    else this.announce(end.run);
    this.pump();
  }

  private announce(run: Run): void {
    this.deps.onEnd?.(run);
    const waiting = this.waiters.get(run.id) ?? [];
    this.waiters.delete(run.id);
    for (const resolve of waiting) resolve(run);
    if (this.idle) for (const resolve of this.idleResolvers.splice(0)) resolve();
  }

  private restartingId: string | null = null;

  private willRestart(id: string): boolean {
    return this.restartingId === id;
  }

  private mayRestart(end: SessionEnd): boolean {
    if (this.closed) return false;
    if (end.progressed) this.restarts.delete(end.run.id);
    const used = this.restarts.get(end.run.id) ?? 0;
    this.restarts.set(end.run.id, used + 1);
    return used < RESTART_BUDGET;
  }

  private restartLater(run: Run): void {
    this.restartingId = run.id;
    this.restartTimer = setTimeout(() => {
      this.restartTimer = undefined;
      this.restartingId = null;
      this.deps.events.publish({ type: 'run.log', runId: run.id, ...appendLog(this.deps.catalog, run.id, 'warn', 'Starting again after a crash.') });
      this.add(run.id, 'front');
    }, RESTART_DELAY_MS);
  }

  private stopRestart(): void {
    if (this.restartingId === null) return;
    clearTimeout(this.restartTimer);
    this.restartTimer = undefined;
    const id = this.restartingId;
    this.restartingId = null;
    this.announce(getRun(this.deps.catalog, id));
  }
}

/** Waits until a worker that outlived its host has written its state and gone, so that no two write the same files. */
async function orphanGone(pid: number | null, signal: AbortSignal): Promise<void> {
  const until = performance.now() + ORPHAN_PATIENCE_MS;
  if (pid === null) return;
  while (isAlive(pid) && performance.now() < until && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
