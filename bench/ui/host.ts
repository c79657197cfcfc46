/**
 * The host as it is, on a catalogue full of runs, with four runs at once: the queue starts one at a time, so the others are started
 * beside it the way the queue does. Their worker is the producer. Prints `{"url","live"}` when all of them report.
 */
import { join } from 'node:path';
import { serveHttp } from '../../src/main/host/http';
import { locations } from '../../src/main/host/locations';
import { estimateOf } from '../../src/main/host/plan';
import { frozenConfig, jobOfRun } from '../../src/main/host/run-jobs';
import { RunSession } from '../../src/main/host/run-session';
import { Service } from '../../src/main/host/service';
import { updateRun } from '../../src/main/catalog';
import { addDataset, addLongRun, addRuns, DATASET } from './population';

const LIVE = 4;

async function main(home: string): Promise<void> {
  const worker = { script: join(import.meta.dirname, 'producer.mjs') };
  const service = new Service({ home, worker });
  const { catalog, events } = service.context;
  addDataset(catalog);
  const live: string[] = [];
  for (let i = 0; i < LIVE; i++) {
    const { runs } = await service.call('runs.start', { kind: 'pretrain', params: { datasetId: DATASET, name: `Live ${i + 1}`, train: { steps: 1_000_000, sampleEvery: 0 } } });
    live.push(runs[0]!.id);
  }
  addRuns(catalog, await service.call('runs.get', { id: live[0]! }));
  addLongRun(catalog, await service.call('runs.get', { id: live[0]! }));
  const sessions = live.slice(1).map((id) => {
    const run = updateRun(catalog, id, { status: 'running', queuePosition: null, startedAt: Date.now() });
    events.publish({ type: 'run', run });
    return new RunSession(run, jobOfRun(service.home, run), { catalog, events, home: service.home, worker, estimate: estimateOf(service.context, frozenConfig(run)) });
  });
  const { url } = await serveHttp(service, { renderer: locations.renderer });
  process.on('SIGTERM', () => {
    for (const session of sessions) session.stop();
    process.exit(0);
  });
  process.stdout.write(`${JSON.stringify({ url, live })}\n`);
}

await main(process.argv[2]!);
