/** Comparisons of initialisations: targets wait for their sources, sources are shared, and a kill costs nothing but time. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Run } from '../../src/shared/entities';
import type { ParamsIn } from '../../src/shared/protocol';
import type { Service } from '../../src/main/host/service';
import { readModel } from '../../src/main/engine/checkpoint/model';
import { bundle } from '../helpers/bundle';
import { nextEvent, startService, tempDir, untilStatus, untilStep } from '../helpers/service';

type BenchIn = Extract<ParamsIn<'runs.start'>, { kind: 'bench' }>['params'];

const request = (over: Partial<BenchIn> = {}): { kind: 'bench'; params: BenchIn } => ({
  kind: 'bench',
  params: { datasetId: 'builtin:emoji', methods: ['scratch', 'tleg'], depths: [2], source: { steps: 20 }, train: { steps: 20, warmupSteps: 0, checkpointEvery: 10, sampleEvery: 0 }, ...over },
});
const sourceOf = (run: Run) => (run.config as { sourceRunId: string | null }).sourceRunId;

async function ended(service: Service, runs: readonly Run[]): Promise<Run[]> {
  return Promise.all(runs.map((run) => service.context.queue.whenEnded(run.id)));
}

test('sources come first and alone, targets in one group, and a later comparison takes the same sources', async () => {
  const service = startService({ FIXTURE_STEP_MS: '1' });
  const { runs, groupId } = await service.call('runs.start', request({ methods: ['select-first', 'tleg', 'fine'], seeds: [0, 1], adaptation: { fine: { steps: 5 } } }));
  const sources = runs.filter((run) => run.groupId === null);
  const targets = runs.filter((run) => run.groupId === groupId);
  expect(sources.map((run) => [run.kind, run.name])).toEqual([['pretrain', 'Source: dense 96×6'], ['bench', 'Source: TLEG 96×6'], ['pretrain', 'Source: factors 96×6']]);
  expect(targets.map((run) => [run.name, run.steps])).toEqual([0, 1].flatMap((seed) => ['Weight selection (first N)', 'TLEG', 'FINE'].map((label) => [`${label}, depth 2, seed ${seed}`, 20])));
  const done = await ended(service, runs);
  expect(done.map((run) => run.status)).toEqual(done.map(() => 'completed'));
  const tleg = done.find((run) => run.name.startsWith('TLEG'))!;
  expect(sourceOf(tleg)).toBe(sources[1]!.id);
  // The model that the source stands for is where it came from.
  expect(tleg.checkpointId).toBe(sources[1]!.id.replace('run-', 'ckpt-'));
  const again = await service.call('runs.start', request({ methods: ['tleg', 'fine'], adaptation: { fine: { steps: 5 } } }));
  expect(again.runs.map((run) => run.groupId)).toEqual([again.groupId, again.groupId]);
  expect(again.runs.map(sourceOf)).toEqual([sources[1]!.id, sources[2]!.id]);
  // Another length is another source; a source whose file is gone is trained again.
  const trained = async (over: Partial<BenchIn>) => (await service.call('runs.plan', request({ methods: ['tleg'], ...over }))).map(({ run }) => run!.source);
  expect(await trained({})).toEqual([false]);
  expect(await trained({ source: { steps: 21 } })).toEqual([true, false]);
  rmSync(join(service.home.runDir(sources[1]!.id), 'form.safetensors'));
  expect(await trained({})).toEqual([true, false]);
});

test('shared factors from nothing may stand beside the methods, within the same budget', async () => {
  const service = startService();
  const { runs, groupId } = await service.call('runs.start', request({ methods: ['scratch'], factors: true, train: { steps: 20, learningRate: 0.002, sampleEvery: 0 } }));
  expect(runs.map((run) => [run.kind, run.groupId, run.steps, run.name])).toEqual([['bench', groupId, 20, 'DiT default, depth 2, seed 0'], ['pretrain', groupId, 20, 'Factors from scratch, depth 2, seed 0']]);
  expect(runs[1]!.config).toMatchObject({ ranks: { qkv: 96 }, model: { depth: 2 }, train: { learningRate: 0.002, validateEvery: 2 } });
});

test('a target waits for its source wherever it stands in the queue, and for one that is paused', async () => {
  const service = startService({ FIXTURE_HOLD: '2:source' });
  const { runs } = await service.call('runs.start', request());
  const [source, scratch, target] = runs as [Run, Run, Run];
  await service.call('runs.reorder', { id: target.id, before: scratch.id });
  await untilStep(service, source.id, 2);
  await service.call('runs.pause', { id: source.id });
  await untilStatus(service, scratch.id, 'completed');
  expect((await service.call('runs.get', { id: target.id })).status).toBe('queued');
  // A new comparison that wants the same source sets it going again.
  await service.call('runs.start', request({ methods: ['tleg'], seeds: [7] }));
  expect((await ended(service, [source, target])).map((run) => run.status)).toEqual(['completed', 'completed']);
});

test.each(['diverge:5', 'nothing'])('a target whose source does not come to be is refused with the reason (%s)', async (fault) => {
  const service = startService({ FIXTURE_FAULT: fault, ...(fault === 'nothing' ? { FIXTURE_HOLD: '2:source' } : {}) });
  const { runs } = await service.call('runs.start', request({ methods: ['tleg'] }));
  const [source, target] = runs as [Run, Run];
  if (fault === 'nothing') await service.call('runs.cancel', { id: source.id });
  const refused = await untilStatus(service, target.id, 'failed');
  expect(refused.error).toMatchObject({ code: 'conflict', message: expect.stringMatching(fault === 'nothing' ? /“Source: TLEG 96×6” is cancelled/ : /“Source: TLEG 96×6” failed/) });
  if (fault !== 'nothing') expect(refused.error).toMatchObject({ cause: 'The loss became infinite.' });
});

test('a queued source that is cancelled while nothing else is at work lets its targets know', async () => {
  const service = startService({}, { startQueue: false });
  const { runs } = await service.call('runs.start', request({ methods: ['tleg'] }));
  await service.call('runs.pause', { id: runs[0]!.id });
  await service.call('runs.cancel', { id: runs[0]!.id });
  expect((await untilStatus(service, runs[1]!.id, 'failed')).error).toMatchObject({ code: 'conflict' });
});

test('what cannot be compared is refused beside its field', async () => {
  const service = startService();
  const first = await service.call('runs.start', request());
  await ended(service, first.runs);
  const dense = first.runs[1]!.id.replace('run-', 'ckpt-');
  const problems = async (over: Partial<BenchIn>) => (await service.call('runs.plan', request(over))).flatMap((plan) => plan.problems).map((p) => p.field);
  expect(await problems({ methods: ['fine'] })).toContain('adaptation.fine.steps');
  expect(await problems({ methods: ['fine'], chargeAdaptation: false })).toEqual([]);
  expect(await problems({ methods: ['scratch'], adaptation: { scratch: { steps: 5 } } })).toContain('adaptation.scratch.steps');
  expect(await problems({ methods: ['scratch', 'scratch'] })).toContain('methods');
  expect(await problems({ depths: [2, 2] })).toContain('depths');
  // The scripted worker calls every model factorised.
  expect(await problems({ denseCheckpointId: dense })).toContain('denseCheckpointId');
  expect(await problems({ factorisedCheckpointId: dense, hiddenSize: 64 })).toEqual(expect.arrayContaining(['hiddenSize']));
  expect(await problems({ hiddenSize: 98 })).toContain('heads');
  expect(await problems({ depths: Array.from({ length: 30 }, (_, i) => i + 1), seeds: Array.from({ length: 32 }, (_, i) => i) })).toContain('methods');
  await expect(service.call('runs.start', request({ denseCheckpointId: 'ckpt-nothing' }))).rejects.toMatchObject({ code: 'not-found', field: 'denseCheckpointId' });
});

test('killed in its adaptation and again in its free training, a real run ends bit for bit as an uninterrupted one', async () => {
  const script = await bundle('src/main/worker/main.ts', 'bench-worker');
  const service = startService({}, { home: tempDir(), worker: { script } });
  const wanted = (seeds: number[]) => request({ methods: ['wave'], seeds, hiddenSize: 16, sourceDepth: 2, heads: 2, patchSize: 16, source: { steps: 4, batchSize: 16 }, adaptation: { wave: { steps: 60, learningRate: 0.01 } }, train: { steps: 120, warmupSteps: 0, batchSize: 16, checkpointEvery: 7, sampleEvery: 0, validateEvery: 50, backend: 'onnxruntime', threads: 1 } });
  const whole = (await service.call('runs.start', wanted([3]))).runs.at(-1)!;
  expect((await ended(service, [whole]))[0]).toMatchObject({ status: 'completed', error: null });
  const { runs } = await service.call('runs.start', wanted([3]));
  expect(runs).toHaveLength(1);
  const run = runs[0]!;
  for (const step of [20, 90]) {
    await untilStep(service, run.id, step);
    process.kill(service.context.queue.activePid!, 'SIGKILL');
    await untilStatus(service, run.id, 'interrupted');
    const resumed = nextEvent(service, (event) => event.type === 'run.log' && event.runId === run.id && event.message.startsWith('Resumed from step'));
    await service.call('runs.resume', { id: run.id });
    expect(((await resumed) as { message: string }).message).toMatch(step === 20 ? /step (14|[2-5]\d) of 120/ : /step ([6-9]\d|1[01]\d) of 120/);
  }
  const done = await untilStatus(service, run.id, 'completed');
  const read = async (id: string) => {
    const series = await service.call('runs.series', { id, keys: ['loss', 'validationLoss', 'gradNorm'], maxPoints: 20_000 });
    return series.map(({ key, points }) => ({ key, points: points.map(({ step, value }) => [step, value]) }));
  };
  expect(await read(run.id)).toEqual(await read(whole.id));
  const model = (id: string) => readModel(service.home.checkpointFile(id.replace('run-', 'ckpt-')));
  const [a, b] = [await model(run.id), await model(whole.id)];
  expect(a.weights.tensors).toEqual(b.weights.tensors);
  expect(a.ema).toEqual(b.ema);
  // What it took of the machine differs from run to run.
  const figures = ({ result }: Run) => ({ ...result, checkpointId: null, estimatedMs: null, peakBytes: null });
  expect(figures(done)).toEqual(figures(await service.call('runs.get', { id: whole.id })));
  expect(existsSync(join(service.home.runDir(run.id), 'adaptation'))).toBe(false);
}, 180_000);
