/** Tasks that are cancelled or end without a word: the request is answered, no process and no half file is left, the catalogue agrees with the disk. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Service } from '../../src/main/host/service';
import type { SequencedEvent, Task } from '../../src/shared/protocol';
import { nextEvent, startRun, startService, tempDir, untilStatus } from '../helpers/service';

const LONG = { FIXTURE_TASK_STEPS: '100000' };

const untilPhase = (service: Service, taskId: string, phase: string) => nextEvent(service, (event) => event.type === 'task' && event.task.taskId === taskId && event.task.phase === phase);

async function untilEnded(service: Service, taskId: string): Promise<Task> {
  const event = await nextEvent(service, (e) => e.type === 'task' && e.task.taskId === taskId && e.task.status !== 'running');
  return (event as Extract<SequencedEvent, { type: 'task' }>).task;
}

/** A finished run, made by a service that is then closed, on a folder that the next one opens. */
async function withCheckpoint(): Promise<{ home: string; checkpointId: string }> {
  const home = tempDir();
  const service = startService({}, { home });
  const run = await startRun(service);
  const done = await untilStatus(service, run.id, 'completed');
  await service.close();
  return { home, checkpointId: String(done.result!.checkpointId) };
}

test('an extraction is cancelled by the name that its caller gave it, and leaves nothing', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService(LONG, { home });
  const working = untilPhase(service, 'mine', 'working');
  const extracting = service.call('learngenes.extract', { checkpointId, taskId: 'mine' }).catch((error: unknown) => error);
  await working;
  expect(await service.call('tasks.list', {})).toMatchObject([{ taskId: 'mine', kind: 'extract', status: 'running', fraction: 0.5 }]);
  await expect(service.call('learngenes.extract', { checkpointId, taskId: 'mine' })).rejects.toMatchObject({ code: 'conflict', field: 'taskId' });
  const ended = untilEnded(service, 'mine');
  await service.call('tasks.cancel', { id: 'mine' });
  expect(await extracting).toMatchObject({ code: 'cancelled' });
  expect((await ended).status).toBe('cancelled');
  expect(readdirSync(join(home, 'learngenes'))).toEqual([]);
  expect(await service.call('learngenes.list', {})).toEqual([]);
  expect(await service.call('tasks.list', {})).toEqual([]);
  await expect(service.call('tasks.cancel', { id: 'mine' })).rejects.toMatchObject({ code: 'not-found' });
});

test('a worker that does not listen is ended after the grace; what waited behind it goes on', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({ FIXTURE_FAULT: 'task-deaf' }, { home });
  const deaf = untilPhase(service, 'first', 'deaf');
  const first = service.call('learngenes.extract', { checkpointId, taskId: 'first' }).catch((error: unknown) => error);
  const second = service.call('learngenes.extract', { checkpointId, taskId: 'second' }).catch((error: unknown) => error);
  const third = service.call('learngenes.extract', { checkpointId, taskId: 'third' }).catch((error: unknown) => error);
  await deaf;
  // One that waits leaves at once.
  await service.call('tasks.cancel', { id: 'second' });
  expect(await second).toMatchObject({ code: 'cancelled' });
  const next = untilPhase(service, 'third', 'deaf');
  await service.call('tasks.cancel', { id: 'first' });
  expect(await first).toMatchObject({ code: 'cancelled' });
  await next;
  await service.call('tasks.cancel', { id: 'third' });
  expect(await third).toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(home, 'learngenes'))).toEqual([]);
}, 20_000);

test('cancelling leaves no half dataset, and of an export into a folder of other things only the other things', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService(LONG, { home });
  const before = readdirSync(join(home, 'datasets'));
  const reading = untilPhase(service, 'read', 'working');
  const adding = service.call('datasets.add', { path: import.meta.dirname, taskId: 'read' }).catch((error: unknown) => error);
  await reading;
  await service.call('tasks.cancel', { id: 'read' });
  expect(await adding).toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(home, 'datasets'))).toEqual(before);

  const target = join(tempDir(), 'models');
  mkdirSync(target);
  writeFileSync(join(target, 'mine.txt'), 'x');
  for (const dir of [target, join(target, 'deeper', 'still'), undefined]) {
    const working = untilPhase(service, 'write', 'working');
    const exporting = service.call('exports.create', { checkpointId, format: 'onnx', dir, taskId: 'write' }).catch((error: unknown) => error);
    await working;
    await service.call('tasks.cancel', { id: 'write' });
    expect(await exporting).toMatchObject({ code: 'cancelled' });
  }
  expect(readdirSync(target)).toEqual(['mine.txt']);
  expect(readdirSync(join(home, 'exports'))).toEqual([]);
  expect(await service.call('exports.list', {})).toEqual([]);
});

test('an export comes to its folder whole, beside what was there', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({}, { home });
  const target = tempDir();
  writeFileSync(join(target, 'mine.txt'), 'x');
  const made = await service.call('exports.create', { checkpointId, format: 'onnx', dir: target });
  expect(readdirSync(target).sort()).toEqual(['mine.txt', 'model.onnx', 'model.onnx.data']);
  expect(await service.call('exports.get', { id: made.id })).toEqual(made);
});

test('a worker that ends with code 0 and without a result is told apart from failing native code', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({ FIXTURE_FAULT: 'task-exit' }, { home });
  const error = await service.call('learngenes.extract', { checkpointId }).catch((e: unknown) => e as { code: string; message: string; why: string });
  expect(error).toMatchObject({ code: 'crashed', why: 'It ended by itself, without a result and without saying why.' });
  expect((error as { message: string }).message).toContain('ended before its work was done (with exit code 0)');
});

test('a backend that this machine lacks is refused before anything exists, beside its field', async () => {
  const service = startService();
  const start = { kind: 'pretrain', params: { datasetId: 'builtin:emoji', train: { steps: 10, warmupSteps: 0, backend: 'cuda' } } } as const;
  const [plan] = await service.call('runs.plan', start);
  expect(plan!.problems).toMatchObject([{ field: 'train.backend', message: 'The backend CUDA is not usable on this machine: No driver was found.' }]);
  await expect(service.call('runs.start', start)).rejects.toMatchObject({ code: 'unsupported', field: 'train.backend', hint: 'Choose auto, or one of onnxruntime.' });
  expect((await service.call('runs.list', {})).total).toBe(0);
});

test('a learngene from a file gets its facts and warnings into the catalogue; it and its model can be called otherwise', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({}, { home });
  const file = join(tempDir(), 'Other.learngene.safetensors');
  writeFileSync(file, 'uv');
  const imported = await service.call('learngenes.import', { file });
  expect(imported).toMatchObject({ name: 'Other', checkpointId: null, importedFrom: 'Other.learngene.safetensors', warnings: ['The signs change.'], model: { hiddenSize: 96 } });
  expect(existsSync(join(home, imported.file))).toBe(true);
  expect((await service.call('learngenes.rename', { id: imported.id, name: 'Mine' })).name).toBe('Mine');
  expect((await service.call('checkpoints.rename', { id: checkpointId, name: 'Base' })).name).toBe('Base');
  await expect(service.call('learngenes.import', { file: `${file}.none` })).rejects.toMatchObject({ code: 'not-found', field: 'file' });
  // It starts other depths without the checkpoint that it came from.
  const [plan] = await service.call('runs.plan', { kind: 'initialize', params: { learngeneId: imported.id, datasetId: 'builtin:emoji', depths: [4], train: { steps: 10 } } });
  expect(plan!.problems).toEqual([]);
});

test('the trash names bytes and dependants, takes back, and erases row and file', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({}, { home });
  const { learngene } = await service.call('learngenes.extract', { checkpointId });
  const exported = await service.call('exports.create', { checkpointId, format: 'onnx' });
  const ids = [checkpointId, learngene.id, exported.id];
  expect((await service.call('trash.move', { ids })).bytes).toBeGreaterThan(0);
  const listed = await service.call('trash.list', {});
  expect(listed.map((entry) => entry.kind).sort()).toEqual(['checkpoint', 'export', 'learngene']);
  const entry = listed.find((e) => e.id === checkpointId)!;
  expect(entry.dependants.map((d) => [d.id, d.effect])).toEqual([[exported.id, 'erased'], [learngene.id, 'stays']]);
  // Its own file and those of the export that goes along: 'model' and 'onnx' with its data.
  expect(entry.bytes).toBe(5 + 4 + 1);
  await service.call('trash.restore', { ids: [learngene.id] });
  expect(await service.call('learngenes.list', {})).toHaveLength(1);
  await expect(service.call('trash.erase', { ids: [learngene.id, checkpointId], confirm: true })).rejects.toMatchObject({ code: 'conflict' });
  expect(existsSync(service.home.checkpointFile(checkpointId))).toBe(true);
  expect(await service.call('trash.erase', { ids: [checkpointId, exported.id], confirm: true })).toEqual({ bytes: 10 });
  expect(existsSync(service.home.checkpointFile(checkpointId))).toBe(false);
  expect(readdirSync(join(home, 'exports'))).toEqual([]);
  expect((await service.call('learngenes.get', { id: learngene.id })).checkpointId).toBeNull();
});

test('what a person put somewhere stays there when the trash is emptied, even inside the data folder', async () => {
  const { home, checkpointId } = await withCheckpoint();
  const service = startService({}, { home });
  const outside = tempDir();
  for (const dir of [outside, home]) await service.call('exports.create', { checkpointId, format: 'onnx', dir });
  await service.call('samples.create', { checkpointId, count: 4, out: join(outside, 'grid.png') });
  await service.call('trash.move', { ids: [checkpointId] });
  await service.call('trash.erase', { ids: [checkpointId], confirm: true });
  expect(readdirSync(outside).sort()).toEqual(['grid.png', 'model.onnx', 'model.onnx.data']);
  expect(existsSync(join(home, 'model.onnx'))).toBe(true);
  expect(existsSync(service.home.catalogFile)).toBe(true);
});
