/**
 * The service: everything the application can do, as named requests over one data folder. The window, the command line and
 * the tests all go through `call`; transports only carry it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../shared/errors';
import { METHODS, type Method, type ParamsIn, type Result, type SequencedEvent } from '../../shared/protocol';
import { openCatalog, type Catalog } from '../catalog';
import { ensureBuiltinDataset, prepareDataset } from './builtin';
import type { HostContext } from './context';
import { Demo } from './demo';
import { EventLog } from './events';
import { Home } from './home';
import { withSource } from './bench-source';
import { chooseBackendOnce, isBackendOpen } from './choose-backend';
import { frozenConfig, jobOfRun } from './run-jobs';
import { locations } from './locations';
import { estimateOf } from './plan';
import { handlers } from './methods';
import { RunQueue } from './run-queue';
import { TaskRunner } from './tasks';
import { sweep } from './sweep';
import { recordRunSpeed } from './run-speed';
import type { WorkerOptions } from './worker-process';

export interface ServiceOptions {
  home: string;
  /** Worker script and its timing; out/main/worker.js by default. */
  worker?: Partial<WorkerOptions>;
  /** Folder of the files that ship with the program. */
  resources?: string;
  /** Set a damaged catalogue aside and go on from its last backup. */
  recover?: boolean;
  /** Unpack the built-in dataset right away instead of on its first use, so that its preview is there. */
  prepareBuiltin?: boolean;
  /** Compare the backends before the first run that leaves the choice to the program. */
  chooseBackend?: boolean;
  /** Whether runs that were queued earlier start by themselves; true by default. Otherwise the next new run sets them going. */
  startQueue?: boolean;
}

export class Service {
  readonly context: HostContext;
  private closing: Promise<void> | null = null;
  /** Requests that are being answered: those that a closing service cancels still remove what they left half-written. */
  private readonly answering = new Set<Promise<unknown>>();

  /** The caller holds the lock of the data folder. Errors as `openCatalog`. */
  constructor(options: ServiceOptions) {
    const home = new Home(options.home);
    home.create();
    const catalog = openCatalog(home.catalogFile, { onCorrupt: options.recover ? 'recover' : 'refuse' });
    const events = new EventLog();
    const worker = (): WorkerOptions => ({ script: locations.worker, ...options.worker, env: { FINE_STUDIO_BACKEND_CHOICE: home.backendsFile, FINE_STUDIO_TENSORFLOW: home.tensorflowDir, FINE_STUDIO_GRAPH_CACHE: home.graphCacheDir, ...options.worker?.env } });
    const tasks = new TaskRunner(events, worker);
    const queue: RunQueue = new RunQueue({
      catalog, events, home, worker,
      prepare: async (run, signal) => {
        if (run.datasetId) await prepareDataset(this.context, run.datasetId, signal);
        if (options.chooseBackend && frozenConfig(run).train.backend === 'auto') {
          // Whoever looks at the first run should know why it does not begin at once.
          if (isBackendOpen(this.context)) events.publish({ type: 'run.progress', runId: run.id, phase: 'comparing the backends of this machine, once', step: run.step, steps: run.steps, perSecond: null, imagesPerSecond: null, etaMs: null });
          await chooseBackendOnce(this.context, signal);
        }
        return jobOfRun(home, withSource(this.context, run));
      },
      estimate: (run) => estimateOf(this.context, frozenConfig(run)),
      onEnd: (run) => recordRunSpeed(catalog, run),
    });
    const version = (JSON.parse(readFileSync(join(locations.root, 'package.json'), 'utf8')) as { version: string }).version;
    const resources = options.resources ?? locations.resources;
    const demo: Demo = new Demo(() => this.context);
    this.context = { home, catalog, events, queue, tasks, demo, resources, version, comparesBackends: options.chooseBackend ?? false };
    sweep(home);
    ensureBuiltinDataset(this.context);
    queue.recover();
    if (options.startQueue !== false) queue.pump();
    // A failure shows as a failed task; the dataset stays listed and is tried again on its first use.
    if (options.prepareBuiltin) prepareDataset(this.context, 'builtin:emoji').catch(() => {});
  }

  get home(): Home {
    return this.context.home;
  }

  /** Checks `params`, runs the request. Rejects with an `AppError` for whatever a person can cause. */
  async call<M extends Method>(method: M, params: ParamsIn<M> | unknown): Promise<Result<M>> {
    if (this.closing && method !== 'app.info') throw new AppError('cancelled', 'The application is closing.');
    if (!Object.hasOwn(METHODS, method)) throw new AppError('invalid-input', `There is no request “${String(method).slice(0, 100)}”.`, { hint: 'The window and the host may be of different versions: start the application again.' });
    const parsed = METHODS[method][0].safeParse(params ?? {});
    if (!parsed.success) throw invalidParams(method, parsed.error);
    const handler = handlers[method] as (context: HostContext, params: unknown) => Result<M> | Promise<Result<M>>;
    const answer = handler(this.context, parsed.data);
    if (!(answer instanceof Promise)) return answer;
    this.answering.add(answer);
    return answer.finally(() => this.answering.delete(answer));
  }

  onEvent(listener: (event: SequencedEvent) => void): () => void {
    return this.context.events.subscribe(listener);
  }

  /** Whether a run or a task is at work. */
  get busy(): boolean {
    return this.context.queue.activeRunId !== null || !this.context.tasks.idle;
  }

  /** The running run writes its state and is paused, tasks stop, the catalogue is closed. Safe to call twice. */
  close(): Promise<void> {
    this.closing ??= (async () => {
      this.context.demo.close();
      await Promise.all([this.context.queue.close(), this.context.tasks.close()]);
      await Promise.allSettled(this.answering);
      // What else waited for them runs its last lines before the catalogue goes.
      await new Promise((resolve) => setImmediate(resolve));
      closeCatalog(this.context.catalog);
    })();
    return this.closing;
  }
}

function closeCatalog(catalog: Catalog): void {
  if (catalog.open) catalog.close();
}

/** The first complaint becomes the message, its path the field; runs are described by `params`, whose name the form does not show. */
function invalidParams(method: Method, error: z.ZodError): AppError {
  const issue = error.issues[0]!;
  const path = issue.path.map(String);
  if (method === 'runs.start' || method === 'runs.plan') if (path[0] === 'params') path.shift();
  const field = path.join('.');
  return new AppError('invalid-input', field ? `${field}: ${issue.message}.`.replace(/\.\.$/, '.') : issue.message, { field: field || undefined, hint: field ? `Give another ${path.findLast((part) => !/^\d+$/.test(part))}.` : `Check what “${method}” was given.`, details: error.issues.slice(0, 20) });
}
