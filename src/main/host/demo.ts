/**
 * The guided demo: the whole method on built-in data, through the same requests that a person makes. Pretrain, extract,
 * initialise two sizes, sample each, export the smallest. Its state goes out as `demo` events.
 */
import type { DemoState } from '../../shared/protocol';
import { AppError, toErrorInfo } from '../../shared/errors';
import type { Run } from '../../shared/entities';
import { BUILTIN_ID, prepareDataset } from './builtin';
import type { HostContext } from './context';
import { handlers } from './methods';
import { runError } from './run-session';

/** Chosen so that all of it takes under three minutes on two cores, with the first grid within the first steps. */
export const DEMO = {
  pretrain: { hiddenSize: 96, depth: 6, heads: 4, patchSize: 4, rank: 96, steps: 600, batchSize: 32, sampleEvery: 100, sampleSteps: 'ddim10', sampleCount: 16 },
  initialize: { depths: [4, 8], steps: 80, learningRate: 0.02 },
  sample: { steps: 'ddim25', guidanceScale: 1.5, count: 18 },
} as const;

/** Phases with their share of the whole time. */
const PHASES: readonly [name: string, share: number][] = [
  ['Prepare the pictures', 0.03],
  ['Pretrain the factorised model', 0.63],
  ['Extract the learngene', 0.02],
  ['Initialise depth 4 and depth 8', 0.19],
  ['Sample every size', 0.07],
  ['Export to ONNX and check it', 0.06],
];

const IDLE: DemoState = { status: 'idle', phase: 0, phases: PHASES.map(([name]) => name), fraction: 0, etaMs: null, datasetId: null, runIds: [], checkpointIds: [], learngeneId: null, exportIds: [], sampleIds: [], error: null };

export class Demo {
  private current: DemoState = IDLE;
  private abort: AbortController | null = null;
  private began = 0;

  constructor(private readonly context: () => HostContext) {}

  get state(): DemoState {
    return this.current;
  }

  /** Starts it; one that is at work goes on. */
  start(): DemoState {
    if (this.abort) return this.current;
    this.abort = new AbortController();
    this.began = performance.now();
    this.set({ ...IDLE, status: 'running', datasetId: BUILTIN_ID });
    void this.play(this.abort.signal).then(
      () => this.end({ status: 'completed', fraction: 1 }),
      (error: unknown) => {
        const info = toErrorInfo(error);
        this.end(info.code === 'cancelled' ? { status: 'cancelled' } : { status: 'failed', error: info });
      },
    );
    return this.current;
  }

  cancel(): DemoState {
    const { queue } = this.context();
    this.abort?.abort();
    for (const id of this.current.runIds) if (this.abort && ['queued', 'running'].includes(this.statusOf(id))) queue.cancel(id);
    return this.current;
  }

  /** The application closes: nothing new is begun; the run at work is paused by the queue. */
  close(): void {
    this.abort?.abort();
  }

  private statusOf(id: string): Run['status'] {
    return (handlers['runs.get'](this.context(), { id }) as Run).status;
  }

  private set(change: Partial<DemoState>): void {
    this.current = { ...this.current, ...change };
    this.context().events.publish({ type: 'demo', demo: this.current });
  }

  private end(change: Partial<DemoState>): void {
    this.abort = null;
    // The catalogue and its listeners may be gone when the application closed in the middle.
    this.set({ ...change, etaMs: null });
  }

  /** Progress within a phase, and from it the time that remains at the pace so far. */
  private progress(phase: number, within: number): void {
    const before = PHASES.slice(0, phase).reduce((sum, [, share]) => sum + share, 0);
    const fraction = before + PHASES[phase]![1] * within;
    const elapsed = performance.now() - this.began;
    this.set({ phase, fraction, etaMs: fraction > 0.05 ? (elapsed / fraction) * (1 - fraction) : null });
  }

  private async play(signal: AbortSignal): Promise<void> {
    const context = this.context();
    this.progress(0, 0);
    await prepareDataset(context, BUILTIN_ID, signal);

    this.progress(1, 0);
    const { steps, batchSize, sampleEvery, sampleSteps, sampleCount, ...shape } = DEMO.pretrain;
    const [pretrained] = await this.runs(1, signal, { kind: 'pretrain', params: { datasetId: BUILTIN_ID, name: 'Demo: pretraining', ...shape, mlpRatio: 4, learnSigma: false, factorStart: 'gaussian', evaluation: 'auto', sampleSteps, sampleCount, train: { steps, batchSize, sampleEvery } } });

    this.progress(2, 0);
    const { learngene } = await handlers['learngenes.extract'](context, { checkpointId: checkpointOf(pretrained!), name: 'Demo: learngene', iterations: 40 });
    this.set({ learngeneId: learngene.id });
    throwIfAborted(signal);

    this.progress(3, 0);
    const { depths, ...sigma } = DEMO.initialize;
    const sizes = await this.runs(3, signal, { kind: 'initialize', params: { learngeneId: learngene.id, datasetId: BUILTIN_ID, depths: [...depths], sigmaStart: 'line', tuneBiases: true, train: { ...sigma, batchSize, sampleEvery: 0 } } });

    this.progress(4, 0);
    const made = [pretrained!, ...sizes].map(checkpointOf);
    for (const [index, checkpointId] of made.entries()) {
      throwIfAborted(signal);
      const sample = await handlers['samples.create'](context, { checkpointId, ...DEMO.sample, seed: 0, guidanceChannels: 'three', sampler: 'ddim', eta: 0, clipDenoised: true, useEma: true, backend: 'auto' });
      this.set({ sampleIds: [...this.current.sampleIds, sample.id] });
      this.progress(4, (index + 1) / made.length);
    }

    this.progress(5, 0);
    throwIfAborted(signal);
    const exported = await handlers['exports.create'](context, { checkpointId: checkpointOf(sizes[0]!), format: 'onnx', precision: 'float32', useEma: true });
    this.set({ exportIds: [exported.id] });
  }

  /** Starts runs and follows them to their end. Throws the error of the first that does not complete. */
  private async runs(phase: number, signal: AbortSignal, params: Parameters<(typeof handlers)['runs.start']>[1]): Promise<Run[]> {
    throwIfAborted(signal);
    const { events, queue } = this.context();
    const { runs } = await handlers['runs.start'](this.context(), params);
    const ids = runs.map((run) => run.id);
    this.set({ runIds: [...this.current.runIds, ...ids] });
    const stop = events.subscribe((event) => {
      if (event.type !== 'run.metrics' || !ids.includes(event.runId)) return;
      const at = ids.indexOf(event.runId);
      this.progress(phase, (at + (event.rows.at(-1)?.step ?? 0) / runs[at]!.steps) / ids.length);
    });
    try {
      const ended: Run[] = [];
      for (const id of ids) {
        const run = await queue.whenEnded(id);
        if (run.status !== 'completed') throw runError(run);
        this.set({ checkpointIds: [...this.current.checkpointIds, checkpointOf(run)] });
        ended.push(run);
      }
      return ended;
    } finally {
      stop();
    }
  }
}

function checkpointOf(run: Run): string {
  return String(run.result?.checkpointId);
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'The demo was cancelled.');
}
