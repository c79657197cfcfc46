/**
 * The host as the shell sees it: a Node process that is started, spoken to, started again when it dies, and ended in an
 * orderly way. Knows nothing of Electron, so that it is tested in plain Node.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { BridgeReply, HostState } from '../../shared/bridge';
import { AppError, describeError, toErrorInfo, type ErrorInfo } from '../../shared/errors';
import type { SequencedEvent, ServerMessage } from '../../shared/protocol';
import { childLink, socketLink, type HostLink } from './hostLink';
import { RestartBudget } from './restartBudget';

const RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;
const KEEP_STDERR = 4000;

export interface HostProcessOptions {
  /** Node binary, host program and its arguments after `--ipc --json`. */
  node: string;
  script: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  budget?: RestartBudget;
}

interface Ready {
  link: HostLink;
  /** Whether another process owns this host: then it outlives the window. */
  foreign: boolean;
}

export class HostProcess {
  private child: ChildProcess | null = null;
  private ready: Promise<Ready> | null = null;
  private linked: Ready | null = null;
  private readonly pending = new Map<number, (reply: BridgeReply) => void>();
  private readonly eventListeners = new Set<(event: SequencedEvent) => void>();
  private readonly stateListeners = new Set<(state: HostState) => void>();
  private readonly budget: RestartBudget;
  private nextId = 1;
  private attempt = 0;
  private stopping = false;
  state: HostState = { state: 'starting', attempt: 0 };

  constructor(private readonly options: HostProcessOptions) {
    this.budget = options.budget ?? new RestartBudget(RESTARTS, RESTART_WINDOW_MS);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Whether a run goes on when this application ends. */
  get foreign(): boolean {
    return this.linked?.foreign ?? false;
  }

  onEvent(listener: (event: SequencedEvent) => void): void {
    this.eventListeners.add(listener);
  }

  onState(listener: (state: HostState) => void): void {
    this.stateListeners.add(listener);
  }

  start(): void {
    if (this.ready || this.stopping) return;
    this.setState(this.attempt === 0 ? 'starting' : 'restarting');
    this.ready = this.launch();
    this.ready.then(
      (ready) => this.adopt(ready),
      (error: unknown) => this.ended(describeError(toErrorInfo(error)), error instanceof AppError && error.code !== 'crashed'),
    );
  }

  /** After `failed`: a person asks for another try. */
  restart(): void {
    this.budget.reset();
    this.start();
  }

  /** Answers with the host's reply; when the host dies meanwhile, with an error that says so. Waits for a host that is starting. */
  async call(method: string, params: unknown): Promise<BridgeReply> {
    let ready: Ready;
    try {
      if (!this.ready) return { error: this.lostError() };
      ready = await this.ready;
    } catch (error) {
      return { error: toErrorInfo(error) };
    }
    return new Promise((resolve) => {
      const id = this.nextId++;
      this.pending.set(id, resolve);
      ready.link.send({ id, method, params });
    });
  }

  /** Lets the host save a running state, then ends it; by force after `patienceMs`. A host of somebody else is left alone. */
  async stop(patienceMs = 20_000): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || this.foreign) {
      this.linked?.link.close();
      return;
    }
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      if (child.connected) child.disconnect();
      else child.kill('SIGTERM');
    });
  }

  /** Resolves when the host is ready to be spoken to: it prints one line of JSON. */
  private launch(): Promise<Ready> {
    const { node, script, args, env } = this.options;
    const child = spawn(node, [script, '--ipc', '--json', ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], windowsHide: true });
    this.child = child;
    let complaints = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-KEEP_STDERR);
    });
    return new Promise((resolve, reject) => {
      let existing = false;
      child.once('error', (error) => reject(new AppError('crashed', `The engine process could not be started: ${error.message}.`, { details: { node, script } })));
      child.once('exit', (code, signal) => {
        this.child = null;
        if (!existing) reject(new AppError('crashed', `The engine process ended (${signal ?? `code ${code}`}).`, { cause: complaints.trim() || undefined }));
      });
      createInterface({ input: child.stdout! }).once('line', (line) => {
        const answer = JSON.parse(line) as { url?: string; existing?: boolean; error?: ErrorInfo };
        existing = answer.existing === true;
        if (answer.error) reject(AppError.fromInfo(answer.error));
        else if (existing) socketLink(answer.url!).then((link) => resolve({ link, foreign: true }), reject);
        else resolve({ link: childLink(child), foreign: false });
      });
    });
  }

  private adopt(ready: Ready): void {
    this.linked = ready;
    ready.link.onMessage((message) => this.receive(message as ServerMessage));
    ready.link.onEnd(() => this.ended('The engine process ended unexpectedly.', false));
    this.setState('ready');
  }

  private receive(message: ServerMessage): void {
    if ('event' in message) {
      for (const listener of this.eventListeners) listener(message.event);
      return;
    }
    const resolve = this.pending.get(Number(message.id));
    this.pending.delete(Number(message.id));
    resolve?.('error' in message ? { error: message.error } : { result: message.result });
  }

  /** @param forGood whether another try cannot help, as with a damaged catalogue */
  private ended(reason: string, forGood: boolean): void {
    this.ready = null;
    this.linked = null;
    const error = this.lostError();
    for (const resolve of this.pending.values()) resolve({ error });
    this.pending.clear();
    if (this.stopping) return;
    this.attempt++;
    if (!forGood && this.budget.take()) this.start();
    else this.setState('failed', reason);
  }

  private lostError(): ErrorInfo {
    return new AppError('crashed', 'The engine process ended before it answered.', { hint: 'Runs that were at work can be resumed from their last saved state.' }).toInfo();
  }

  private setState(state: HostState['state'], message?: string): void {
    this.state = { state, attempt: this.attempt, ...(message ? { message } : {}) };
    for (const listener of this.stateListeners) listener(this.state);
  }
}
