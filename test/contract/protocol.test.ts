/** One suite over every transport: what a client may count on does not depend on how it is connected. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/shared/errors';
import { MIGRATIONS } from '../../src/main/catalog/migrations';
import { METHODS, eventSchema, type Method, type ParamsIn, type SequencedEvent, type ServerMessage, type ServiceClient } from '../../src/shared/protocol';
import { localClient, remoteClient } from '../../src/main/host/clients';
import { serveHttp } from '../../src/main/host/http';
import { serveChannel } from '../../src/main/host/ipc';
import type { Service } from '../../src/main/host/service';
import { startService } from '../helpers/service';

/** A client over one end of a message channel, as the shell has it. */
function channelClient(service: Service): ServiceClient {
  const { port1, port2 } = new MessageChannel();
  const stop = serveChannel(service, { post: (message) => port1.postMessage(message), onMessage: (listener) => void port1.on('message', listener) });
  const listeners = new Set<(event: SequencedEvent) => void>();
  const waiting = new Map<number, (message: ServerMessage) => void>();
  let nextId = 1;
  port2.on('message', (message: ServerMessage) => {
    if ('event' in message) listeners.forEach((listener) => listener(message.event));
    else waiting.get(Number(message.id))?.(message);
  });
  return {
    call: (method, params) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, (message) => ('error' in message ? reject(AppError.fromInfo(message.error)) : resolve((message as unknown as { result: never }).result)));
        port2.postMessage({ id, method, params });
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fileUrl: (path) => path,
    close: () => {
      stop();
      port1.close();
    },
  };
}

async function socketClient(service: Service): Promise<ServiceClient> {
  const http = await serveHttp(service, { renderer: import.meta.dirname });
  onTestFinished(() => http.close());
  return remoteClient({ port: http.port, token: http.token, pid: process.pid });
}

const TRANSPORTS: [string, (service: Service) => ServiceClient | Promise<ServiceClient>][] = [
  ['in the same process', localClient],
  ['over a message channel', channelClient],
  ['over a WebSocket', socketClient],
];

const START = { kind: 'pretrain' as const, params: { datasetId: 'builtin:emoji', train: { steps: 12, warmupSteps: 0, sampleEvery: 0 } } };

describe.each(TRANSPORTS)('%s', (_name, connect) => {
  async function setUp(env: Record<string, string> = {}) {
    const service = startService(env);
    const client = await connect(service);
    onTestFinished(() => client.close());
    return { service, client };
  }

  /** Calls and checks the answer against the contract. */
  async function call<M extends Method>(client: ServiceClient, method: M, params: ParamsIn<M>) {
    const result = await client.call(method, params);
    const checked = METHODS[method][1].safeParse(result);
    expect(checked.error?.issues ?? [], method).toEqual([]);
    return result;
  }

  test('every answer is what the protocol promises', async () => {
    const { client } = await setUp();
    expect((await call(client, 'app.info', {})).catalogVersion).toBe(MIGRATIONS.at(-1)!.version);
    expect((await call(client, 'datasets.list', {})).map((d) => d.id)).toEqual(['builtin:emoji']);
    expect((await call(client, 'settings.set', { theme: 'dark' })).theme).toBe('dark');
    expect((await call(client, 'settings.set', { threads: 3 })).theme).toBe('dark');
    expect(await call(client, 'settings.get', {})).toMatchObject({ theme: 'dark', threads: 3 });
    const [plan] = await call(client, 'runs.plan', START);
    expect(plan).toMatchObject({ problems: [] });
    expect(plan!.parameters).toBeGreaterThan(200_000);
    const { runs } = await call(client, 'runs.start', START);
    const id = runs[0]!.id;
    await ended(client, id);
    const run = await call(client, 'runs.get', { id });
    expect(run).toMatchObject({ status: 'completed', step: 12, metrics: { loss: { count: 12 } } });
    expect((await call(client, 'runs.list', {})).total).toBe(1);
    expect((await call(client, 'runs.series', { id }))[0]!.points).toHaveLength(12);
    const log = (await call(client, 'runs.log', { id })).map((line) => line.message);
    // Not always the first: a busy machine may be told of before.
    expect(log).toContainEqual(expect.stringMatching(/^Started: 12 steps/));
    expect(log.length).toBeGreaterThan(1);
    await call(client, 'runs.update', { id, name: 'Mine', tags: ['a'], starred: true });
    const [checkpoint] = await call(client, 'checkpoints.list', {});
    const checkpointId = checkpoint!.id;
    expect((await call(client, 'checkpoints.get', { id: checkpointId })).runId).toBe(id);
    const { learngene } = await call(client, 'learngenes.extract', { checkpointId });
    expect(await call(client, 'learngenes.list', {})).toHaveLength(1);
    const planOf = async (shape: { hiddenSize?: number; heads?: number; patchSize?: number }) => (await call(client, 'runs.plan', { kind: 'initialize', params: { learngeneId: learngene.id, datasetId: 'builtin:emoji', depths: [4], ...shape } }))[0]!;
    const [own, wider] = [await planOf({}), await planOf({ hiddenSize: 128, heads: 8, patchSize: 8 })];
    expect([own.problems, wider.problems]).toEqual([[], []]);
    expect(wider.parameters).toBeGreaterThan(own.parameters);
    // Embedders and final layer are tuned along.
    expect(wider.trainedParameters).toBeGreaterThan(4 * own.trainedParameters);
    for (const [field, shape] of [['heads', { heads: 5 }], ['hiddenSize', { hiddenSize: 98, heads: 2 }], ['patchSize', { patchSize: 5 }]] as const) expect((await planOf(shape)).problems).toMatchObject([{ field, message: expect.any(String) }]);
    await expect(client.call('runs.start', { kind: 'initialize', params: { learngeneId: learngene.id, datasetId: 'builtin:emoji', depths: [4], hiddenSize: 64, heads: 3 } })).rejects.toMatchObject({ code: 'invalid-input', field: 'heads' });
    const sizes = await call(client, 'runs.start', { kind: 'initialize', params: { learngeneId: learngene.id, datasetId: 'builtin:emoji', depths: [4, 8], train: { steps: 12, sampleEvery: 0 } } });
    expect(sizes.runs[0]!.config).toMatchObject({ train: { learningRate: 0.01, schedule: 'cosine', emaDecay: 0.9, batchSize: 32 }, sigma: { depth: 4, biasLearningRate: 1e-3 } });
    for (const size of sizes.runs) await ended(client, size.id);
    const [shallow, deep] = await Promise.all(sizes.runs.map((size) => client.call('runs.get', { id: size.id })));
    expect(shallow!.endedAt).toBeLessThanOrEqual(deep!.startedAt!);
    expect((await call(client, 'runs.list', { groupId: sizes.groupId! })).runs.map((r) => r.status)).toEqual(['completed', 'completed']);
    await call(client, 'samples.create', { checkpointId, count: 4 });
    expect(await call(client, 'samples.list', { checkpointId })).toHaveLength(1);
    const evaluation = await call(client, 'evaluations.create', { checkpointId, samples: 100 });
    expect(evaluation.figures[0]).toMatchObject({ name: 'FD-100 (pca-64 of pixels)', better: 'lower' });
    expect(await call(client, 'evaluations.list', { checkpointId })).toEqual([evaluation]);
    await call(client, 'exports.create', { checkpointId, format: 'onnx' });
    expect(await call(client, 'exports.list', {})).toHaveLength(1);
    const graph = await call(client, 'lineage.get', { id: learngene.id });
    expect(graph.nodes.map((n) => n.type).sort()).toEqual(['checkpoint', 'checkpoint', 'checkpoint', 'dataset', 'learngene', 'run', 'run', 'run'].sort());
    await call(client, 'trash.move', { ids: [id] });
    expect((await call(client, 'runs.list', {})).total).toBe(2);
    await call(client, 'trash.restore', { ids: [id] });
    await call(client, 'trash.move', { ids: [learngene.id] });
    expect((await call(client, 'trash.erase', { ids: [learngene.id], confirm: true })).bytes).toBeGreaterThan(0);
    expect((await call(client, 'demo.state', {})).status).toBe('idle');
  });

  test('errors carry a code, the field and what to do', async () => {
    const { client } = await setUp();
    await expect(client.call('datasets.get', { id: 'nope' })).rejects.toMatchObject({ code: 'not-found', hint: expect.any(String) });
    await expect(client.call('runs.start', { kind: 'pretrain', params: { ...START.params, heads: 5 } })).rejects.toMatchObject({ code: 'invalid-input', field: 'heads' });
    await expect(client.call('runs.start', { kind: 'pretrain', params: { ...START.params, hiddenSize: 'wide' } } as never)).rejects.toMatchObject({ code: 'invalid-input', field: 'hiddenSize' });
    await expect(client.call('no.such' as 'app.info', {})).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(client.call('runs.get', null as never)).rejects.toMatchObject({ code: 'invalid-input', field: 'id' });
    await expect(client.call('trash.erase', { ids: ['builtin:emoji'], confirm: true })).rejects.toMatchObject({ code: 'conflict' });
    expect((await client.call('runs.list', {})).total).toBe(0);
  });

  test('events come in order without a gap, each as the protocol describes it, and can be asked for again', async () => {
    const { client } = await setUp();
    // The connection is ready once a first answer has come back over it.
    const { seq: start } = await client.call('events.since', { seq: 0 });
    const seen: SequencedEvent[] = [];
    client.onEvent((event) => seen.push(event));
    const { runs } = await client.call('runs.start', START);
    await ended(client, runs[0]!.id);
    const again = await client.call('events.since', { seq: start });
    expect(again.complete).toBe(true);
    await expect.poll(() => seen.length).toBe(again.events.length);
    expect(seen).toEqual(again.events);
    expect(seen.map((event) => event.seq)).toEqual(seen.map((_, i) => start + 1 + i));
    for (const event of seen) expect(eventSchema.safeParse(event).error?.issues ?? []).toEqual([]);
    // Meters follow the clock, everything else the work.
    const types = new Set(seen.map((event) => event.type).filter((type) => type !== 'run.meters'));
    expect(types).toEqual(new Set(['task', 'dataset', 'run', 'run.metrics', 'run.progress', 'run.log', 'checkpoint']));
    expect(await client.call('events.since', { seq: 5 })).toMatchObject({ events: [], complete: false });
  });

  test('the demo goes through the whole method and can be cancelled', async () => {
    const { client } = await setUp({ FIXTURE_STEP_MS: '0' });
    const finished = new Promise<SequencedEvent>((resolve) => client.onEvent((event) => event.type === 'demo' && event.demo.status !== 'running' && resolve(event)));
    await client.call('demo.start', {});
    const event = (await finished) as Extract<SequencedEvent, { type: 'demo' }>;
    expect(event.demo).toMatchObject({ status: 'completed', fraction: 1, error: null });
    expect(event.demo.checkpointIds).toHaveLength(3);
    expect(event.demo.sampleIds).toHaveLength(3);
    expect(event.demo.exportIds).toHaveLength(1);
    const cancelled = new Promise<void>((resolve) => client.onEvent((next) => next.type === 'demo' && next.demo.status === 'cancelled' && resolve()));
    await client.call('demo.start', {});
    await client.call('demo.cancel', {});
    await cancelled;
  });
});

function ended(client: ServiceClient, id: string): Promise<void> {
  return expect.poll(async () => (await client.call('runs.get', { id })).status, { timeout: 20_000, interval: 50 }).toBe('completed');
}
