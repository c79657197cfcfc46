/**
 * A worker: one process, one job. It talks to the host over Node IPC in the words of shared/worker.ts and ends when the job ends.
 * Native code runs here and nowhere else, so that a crash, a leak or a kill costs one job and not the application.
 */
import { availableParallelism } from 'node:os';
import { runJob } from '../engine/jobs';
import { AppError, toErrorInfo } from '../../shared/errors';
import { jobSchema, type WorkerCommand, type WorkerEvent } from '../../shared/worker';
import { gpuMeter, type GpuMeter } from './gpu';
import { openJournal } from './journal';

const METERS_EVERY_MS = 2000;
const ORPHAN_GRACE_MS = 20_000;

const cancel = new AbortController();
let pause = false;
let running = false;

/** Resolves once the message has left the process, so that an exit right after loses nothing. */
function send(event: WorkerEvent): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) resolve();
    else process.send(event, undefined, undefined, () => resolve());
  });
}

function meters(card: GpuMeter): () => WorkerEvent {
  let cpu = process.cpuUsage();
  let at = performance.now();
  return () => {
    const used = process.cpuUsage(cpu);
    const now = performance.now();
    const share = (used.user + used.system) / 1000 / (now - at) / availableParallelism();
    cpu = process.cpuUsage();
    at = now;
    return { type: 'meters', cpu: share, rss: process.memoryUsage.rss(), gpu: card.busy() };
  };
}

async function run(raw: unknown): Promise<void> {
  running = true;
  const card = gpuMeter(METERS_EVERY_MS);
  const measure = meters(card);
  const timer = setInterval(() => void send(measure()), METERS_EVERY_MS);
  timer.unref();
  try {
    const parsed = jobSchema.safeParse(raw);
    if (!parsed.success) throw new AppError('internal', 'The host sent a job that this worker does not understand.', { details: parsed.error.issues });
    const job = parsed.data;
    const journal = 'runDir' in job ? openJournal(job.runDir) : null;
    const emit = (event: WorkerEvent) => {
      if (event.type === 'metrics') journal?.(event.rows);
      void send(event);
    };
    const outcome = await runJob(job, { emit, signal: cancel.signal, pauseRequested: () => pause });
    await send(outcome);
  } catch (error) {
    await send({ type: 'failed', error: toErrorInfo(error) });
  } finally {
    clearInterval(timer);
    card.stop();
    process.exit(0);
  }
}

process.on('message', (command: WorkerCommand) => {
  switch (command.type) {
    case 'run':
      if (!running) void run(command.job);
      break;
    case 'pause':
      pause = true;
      break;
    case 'cancel':
      cancel.abort();
      break;
    case 'ping':
      // Meters answer a ping: a worker whose event loop turns is alive.
      void send({ type: 'meters', cpu: 0, rss: process.memoryUsage.rss(), gpu: null });
      break;
    default:
      command satisfies never;
  }
});

// The host is gone: training saves its state and ends; whatever is not done after the grace has nobody to tell.
process.on('disconnect', () => {
  pause = true;
  setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
});
