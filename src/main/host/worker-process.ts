/**
 * One worker process: started, spoken to, watched. A worker runs one job and ends; whatever way it ends, `onExit` is called
 * exactly once, after all messages.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Job, WorkerCommand, WorkerEvent } from '../../shared/worker';

export interface WorkerOptions {
  /** The script: out/main/worker.js. */
  script: string;
  /** Node binary; the host's own by default. */
  node?: string;
  env?: Record<string, string>;
  timing?: Partial<WorkerTiming>;
}

/** Milliseconds. */
export interface WorkerTiming {
  pingEvery: number;
  /** Silence after which a worker counts as not responding: longer than any sensible training step. */
  hangAfter: number;
  /** Time to stop by itself after a cancel. */
  cancelGrace: number;
  /** Time to write its state after a pause that the closing application asked for. */
  pauseGrace: number;
}

export const DEFAULT_TIMING: WorkerTiming = { pingEvery: 2000, hangAfter: 15_000, cancelGrace: 10_000, pauseGrace: 20_000 };

export interface WorkerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** End of what it wrote to standard error. */
  stderr: string;
  /** Whether the host killed it after a grace. */
  killed: boolean;
}

export interface WorkerListener {
  onEvent(event: WorkerEvent): void;
  onResponsive(responding: boolean): void;
  onExit(exit: WorkerExit): void;
}

const STDERR_TAIL = 8000;

export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly timing: WorkerTiming;
  private readonly ping: NodeJS.Timeout;
  private lastHeard = performance.now();
  private responding = true;
  private stderr = '';
  private killed = false;
  private killTimer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(job: Job, options: WorkerOptions, private readonly listener: WorkerListener) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.child = fork(options.script, [], {
      execPath: options.node ?? process.execPath,
      execArgv: ['--enable-source-maps'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...options.env },
    });
    const keep = (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_TAIL);
    };
    this.child.stderr!.on('data', keep);
    this.child.stdout!.on('data', keep);
    this.child.on('message', (message) => {
      this.heard();
      listener.onEvent(message as WorkerEvent);
    });
    this.child.on('error', (error) => {
      this.stderr += error.message;
      // A process that never started has no exit event.
      if (this.child.pid === undefined) this.end(null, null);
    });
    // `close` comes after the last message and the last output, `exit` before.
    this.child.on('close', (code, signal) => this.end(code, signal));
    this.ping = setInterval(() => this.check(), this.timing.pingEvery);
    this.send({ type: 'run', job });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  pause(): void {
    this.send({ type: 'pause' });
  }

  /** Asks it to stop, and kills it when it does not. */
  cancel(grace = this.responding ? this.timing.cancelGrace : 1000): void {
    this.send({ type: 'cancel' });
    this.killAfter(grace);
  }

  /** Asks it to write its state and stop, and kills it when that takes too long. */
  stop(): void {
    this.pause();
    this.killAfter(this.timing.pauseGrace);
  }

  kill(): void {
    if (this.ended) return;
    this.killed = true;
    this.child.kill('SIGKILL');
  }

  private send(command: WorkerCommand): void {
    // A worker that just died cannot hear; its exit tells the story.
    if (this.child.connected) this.child.send(command, () => {});
  }

  private killAfter(ms: number): void {
    clearTimeout(this.killTimer);
    this.killTimer = setTimeout(() => this.kill(), ms);
  }

  private heard(): void {
    this.lastHeard = performance.now();
    if (this.responding) return;
    this.responding = true;
    this.listener.onResponsive(true);
  }

  private check(): void {
    this.send({ type: 'ping' });
    if (!this.responding || performance.now() - this.lastHeard < this.timing.hangAfter) return;
    this.responding = false;
    this.listener.onResponsive(false);
  }

  private end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.ping);
    clearTimeout(this.killTimer);
    this.listener.onExit({ code, signal, stderr: this.stderr.trim(), killed: this.killed });
  }
}
