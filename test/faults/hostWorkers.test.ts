/** Workers that die, hang or run out of disk: the host shows it at once, loses nothing and goes on. */
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openCatalog, updateRun } from '../../src/main/catalog';
import { losses, nextEvent, startRun, startService, tempDir, untilStatus, untilStep } from '../helpers/service';

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a worker that is killed leaves an interrupted run, whose resumed losses equal an uninterrupted run', async () => {
  const service = startService();
  const whole = await startRun(service);
  await untilStatus(service, whole.id, 'completed');
  const held = startService({ FIXTURE_HOLD: '15' });
  const run = await startRun(held);
  await untilStep(held, run.id, 15);
  process.kill(held.context.queue.activePid!, 'SIGKILL');
  const interrupted = await untilStatus(held, run.id, 'interrupted');
  expect(interrupted.error).toMatchObject({ code: 'crashed' });
  await held.call('runs.resume', { id: run.id });
  const done = await untilStatus(held, run.id, 'completed');
  expect(done.step).toBe(40);
  const series = await losses(held, run.id);
  expect(series.map(([step]) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(series).toEqual(await losses(service, whole.id));
  expect(done.metrics.loss).toEqual((await service.call('runs.get', { id: whole.id })).metrics.loss);
});

test('a native crash starts the run again by itself until the budget is spent, then asks', async () => {
  const service = startService({ FIXTURE_FAULT: 'crash:5' });
  const run = await startRun(service);
  const ended = await service.context.queue.whenEnded(run.id);
  expect(ended.status).toBe('interrupted');
  const log = await service.call('runs.log', { id: run.id });
  expect(log.filter((line) => line.message.includes('Starting again'))).toHaveLength(2);
});

test('a native crash that does not come back costs nothing but time', async () => {
  const service = startService({ FIXTURE_FAULT: 'crash:15', FIXTURE_TIMES: '1' });
  const run = await startRun(service);
  const ended = await service.context.queue.whenEnded(run.id);
  expect(ended.status).toBe('completed');
  expect((await losses(service, run.id)).map(([step]) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('a worker that exits by itself is shown with what it said last', async () => {
  const service = startService({ FIXTURE_FAULT: 'exit:5' });
  const run = await startRun(service);
  const ended = await untilStatus(service, run.id, 'interrupted');
  expect(ended.error).toMatchObject({ code: 'crashed', cause: 'Error: the library gave up' });
});

test('a hanging worker is shown as not responding and can be ended', async () => {
  const service = startService({ FIXTURE_FAULT: 'hang:5' });
  const run = await startRun(service);
  await nextEvent(service, (event) => event.type === 'run.progress' && event.phase === 'not responding');
  const pid = service.context.queue.activePid!;
  await service.call('runs.cancel', { id: run.id });
  await untilStatus(service, run.id, 'cancelled');
  expect(alive(pid)).toBe(false);
});

test('a full disk pauses the run with the reason and keeps what was saved', async () => {
  const service = startService({ FIXTURE_FAULT: 'nospace:15', FIXTURE_TIMES: '1' });
  const run = await startRun(service);
  const paused = await untilStatus(service, run.id, 'paused');
  expect(paused.error).toMatchObject({ code: 'no-space' });
  await service.call('runs.resume', { id: run.id });
  await untilStatus(service, run.id, 'completed');
});

test('a run that diverges has failed, with the worker’s own words', async () => {
  const service = startService({ FIXTURE_FAULT: 'diverge:5' });
  const run = await startRun(service);
  expect((await untilStatus(service, run.id, 'failed')).error).toMatchObject({ code: 'diverged' });
});

test('a run whose memory runs out has failed with a batch that takes less, in numbers', async () => {
  const service = startService({ FIXTURE_FAULT: 'nomemory:5' });
  const run = await startRun(service, { batchSize: 8 });
  const { error } = await untilStatus(service, run.id, 'failed');
  expect(error).toMatchObject({ code: 'no-memory', hint: expect.stringMatching(/^Copy the run with a batch size of 4: it needs about [\d.]+ [MG]B instead of [\d.]+ [MG]B\.$/) });
});

test('a run that is done says what it was expected to take', async () => {
  const service = startService();
  const [plan] = await service.call('runs.plan', { kind: 'pretrain', params: { datasetId: 'builtin:emoji', train: { steps: 40, warmupSteps: 0, checkpointEvery: 10, sampleEvery: 0 } } });
  const run = await startRun(service);
  const { result } = await untilStatus(service, run.id, 'completed');
  expect(result).toMatchObject({ estimatedBytes: plan!.trainingBytes, estimatedMs: plan!.totalMs });
});

test('the first run says that it waits for the comparison of the backends', async () => {
  const service = startService({}, { chooseBackend: true });
  const waiting = nextEvent(service, (event) => event.type === 'run.progress' && event.phase.startsWith('comparing the backends'));
  const run = await startRun(service);
  expect(await waiting).toMatchObject({ runId: run.id, step: 0, steps: run.steps });
  await untilStatus(service, run.id, 'completed');
});

test('cancel works at every moment and leaves no process', async () => {
  const service = startService({ FIXTURE_HOLD: '20' });
  for (const delay of [0, 30, 90, 200]) {
    const run = await startRun(service, { steps: 200 });
    await new Promise((resolve) => setTimeout(resolve, delay));
    const pid = service.context.queue.activePid;
    await service.call('runs.cancel', { id: run.id });
    await untilStatus(service, run.id, 'cancelled');
    if (pid !== undefined) expect(alive(pid)).toBe(false);
  }
  expect(service.busy).toBe(false);
});

test('pause writes the state; a new host on the same folder resumes from it', async () => {
  const home = tempDir();
  const first = startService({ FIXTURE_HOLD: '7' }, { home });
  const run = await startRun(first, { checkpointEvery: 1000 });
  await untilStep(first, run.id, 7);
  await first.close();
  const second = startService({}, { home });
  const paused = await second.call('runs.get', { id: run.id });
  expect(paused.status).toBe('paused');
  expect(paused.step).toBeGreaterThanOrEqual(7);
  await second.call('runs.resume', { id: run.id });
  const { sittings } = await untilStatus(second, run.id, 'completed');
  expect(sittings.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 7 * 5]);
  expect(sittings[1]!.at).toBeGreaterThan(sittings[0]!.at);
  expect((await losses(second, run.id)).map(([step]) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});

test('a run that says running without a process becomes interrupted when the host starts', async () => {
  const home = tempDir();
  const first = startService({ FIXTURE_HOLD: '7' }, { home });
  const run = await startRun(first);
  await untilStatus(first, run.id, 'running');
  await first.close();
  const catalog = openCatalog(first.home.catalogFile);
  updateRun(catalog, run.id, { status: 'running' });
  catalog.close();
  const second = startService({}, { home });
  expect(await second.call('runs.get', { id: run.id })).toMatchObject({ status: 'interrupted', error: { code: 'crashed' } });
});

test('the queue runs one at a time in its order, which can be changed, and survives a restart', async () => {
  const home = tempDir();
  const first = startService({ FIXTURE_HOLD: '7' }, { home });
  const [a, b, c] = [await startRun(first), await startRun(first), await startRun(first)];
  expect((await first.call('runs.list', { status: ['queued'] })).total).toBe(2);
  const queue = await first.call('runs.reorder', { id: c.id, before: b.id });
  expect(queue.map((run) => run.id)).toEqual([c.id, b.id]);
  await first.close();
  const second = startService({}, { home });
  const order: string[] = [];
  second.onEvent((event) => {
    if (event.type === 'run' && event.run.status === 'completed') order.push(event.run.id);
  });
  await Promise.all([untilStatus(second, b.id, 'completed'), untilStatus(second, c.id, 'completed')]);
  expect(order).toEqual([c.id, b.id]);
  expect((await second.call('runs.get', { id: a.id })).status).toBe('paused');
});

test('a task whose worker crashes once is done all the same; one that is refused leaves nothing behind', async () => {
  const home = tempDir();
  const service = startService({ FIXTURE_FAULT: 'task-crash', FIXTURE_MARK: `${home}/tmp/mark` }, { home });
  const added = await service.call('datasets.add', { path: import.meta.dirname, name: 'Set' });
  expect(added.images).toBe(1906);
  await expect(service.call('checkpoints.import', { file: import.meta.filename })).rejects.toMatchObject({ code: 'unsupported' });
  expect(readdirSync(`${home}/checkpoints`)).toEqual([]);
  expect(existsSync(service.home.datasetDir(added.id))).toBe(true);
});

test('closing in the middle of a task ends its worker and the request', async () => {
  const service = startService({ FIXTURE_TASK_STEPS: '100000' });
  const adding = service.call('datasets.add', { path: import.meta.dirname }).catch((error: unknown) => error);
  await nextEvent(service, (event) => event.type === 'task' && event.task.phase === 'working');
  await service.close();
  expect(await adding).toMatchObject({ code: 'cancelled' });
});
