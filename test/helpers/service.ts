/** A service on a data folder of its own, with the scripted worker unless told otherwise. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Run, RunStatus } from '../../src/shared/entities';
import type { SequencedEvent } from '../../src/shared/protocol';
import { Service, type ServiceOptions } from '../../src/main/host/service';

export const scriptedWorker = join(import.meta.dirname, '..', 'fixtures', 'workers', 'scripted.mjs');

/** Short enough to test what happens after them. */
export const QUICK = { pingEvery: 50, hangAfter: 400, cancelGrace: 400, pauseGrace: 3000 };

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'fine-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

export function workerOptions(env: Record<string, string> = {}) {
  return { script: scriptedWorker, env, timing: QUICK };
}

export function startService(env: Record<string, string> = {}, options: Partial<ServiceOptions> = {}): Service {
  const service = new Service({ home: options.home ?? tempDir(), worker: workerOptions(env), ...options });
  onTestFinished(() => service.close());
  return service;
}

/** Starts a short pretraining on the built-in dataset. */
export async function startRun(service: Service, train: Record<string, number> = {}): Promise<Run> {
  const { runs } = await service.call('runs.start', { kind: 'pretrain', params: { datasetId: 'builtin:emoji', train: { steps: 40, warmupSteps: 0, checkpointEvery: 10, sampleEvery: 0, ...train } } });
  return runs[0]!;
}

/** The first event from now on that `test` accepts. */
export function nextEvent(service: { onEvent(listener: (event: SequencedEvent) => void): () => void }, test: (event: SequencedEvent) => boolean): Promise<SequencedEvent> {
  return new Promise((resolve) => {
    const stop = service.onEvent((event) => {
      if (!test(event)) return;
      stop();
      resolve(event);
    });
  });
}

export async function untilStatus(service: Service, id: string, ...statuses: RunStatus[]): Promise<Run> {
  const reached = nextEvent(service, (event) => event.type === 'run' && event.run.id === id && statuses.includes(event.run.status));
  const run = await service.call('runs.get', { id });
  if (statuses.includes(run.status)) return run;
  const event = await reached;
  return (event as Extract<SequencedEvent, { type: 'run' }>).run;
}

/** Once the run has done `step` steps and said so. */
export function untilStep(service: Service, id: string, step: number): Promise<SequencedEvent> {
  return nextEvent(service, (event) => event.type === 'run.metrics' && event.runId === id && event.rows.some((row) => row.step >= step));
}

export async function losses(service: Service, id: string): Promise<[number, number | null][]> {
  const series = await service.call('runs.series', { id, keys: ['loss'], maxPoints: 20_000 });
  return (series[0]?.points ?? []).map((point) => [point.step, point.value]);
}
