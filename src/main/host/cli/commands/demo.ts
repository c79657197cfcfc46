import { join } from 'node:path';
import { Command } from 'commander';
import type { Checkpoint, Run } from '../../../../shared/entities';
import type { DemoState } from '../../../../shared/protocol';
import { AppError, type ErrorInfo } from '../../../../shared/errors';
import { defaultHome } from '../../home';
import { count, duration } from '../../units';
import { action } from '../action';
import { lastLoss } from '../follow';
import { stackPictures } from '../pictures';
import { table } from '../output';
import { Progress } from '../progress';
import type { Session } from '../session';

/** Every demo without --home begins with an empty folder, so that its figures are its own. */
const freshHome = () => join(defaultHome(), 'demos', new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-'));

export function demo(): Command {
  return new Command('demo')
    .description('the whole method on built-in pictures in a few minutes')
    .addHelpText('after', '\nExample:\n  $ fine demo --home ./demo-data')
    .action(
      action(async (session) => {
        const began = performance.now();
        const state = await follow(session);
        if (state.status !== 'completed') throw state.error ? AppError.fromInfo(state.error as ErrorInfo) : new AppError('cancelled', 'The demo was cancelled.');
        return report(session, state, performance.now() - began);
      }, (options) => options.home ?? freshHome()),
    );
}

async function follow({ client, ownRuns }: Session): Promise<DemoState> {
  const progress = new Progress();
  const completed = new Set<string>();
  let newest: number | undefined;
  let meter = progress.meter('Demo', 100);
  let shown = -1;
  try {
    return await new Promise((resolve, reject) => {
      const show = (state: DemoState) => {
        for (const id of state.runIds) if (!completed.has(id)) ownRuns.add(id);
        if (state.status !== 'running') {
          meter.end(state.status);
          stop();
          resolve(state);
          return;
        }
        if (state.phase !== shown) {
          if (shown >= 0) meter.end('done');
          shown = state.phase;
          newest = undefined;
          meter = progress.meter(`${state.phase + 1}/${state.phases.length} ${state.phases[state.phase]}`, 100);
        }
        meter.update(Math.round(state.fraction * 100), { etaMs: state.etaMs, loss: newest });
      };
      const stop = client.onEvent((event) => {
        if (event.type === 'demo') show(event.demo);
        else if (event.type === 'run' && event.run.status === 'completed') {
          completed.add(event.run.id);
          ownRuns.delete(event.run.id);
        } else if (event.type === 'run.metrics') newest = lastLoss(event.rows) ?? newest;
      });
      client.call('demo.start', {}).then(show, reject);
    });
  } finally {
    progress.stop();
  }
}

async function report({ client, home }: Session, state: DemoState, elapsed: number) {
  const runs: Run[] = await Promise.all(state.runIds.map((id) => client.call('runs.get', { id })));
  const checkpoints: Checkpoint[] = await Promise.all(state.checkpointIds.map((id) => client.call('checkpoints.get', { id })));
  const learngene = await client.call('learngenes.get', { id: state.learngeneId! });
  const exported = (await client.call('exports.list', {})).find((e) => e.id === state.exportIds[0])!;
  const samples = (await client.call('samples.list', {})).filter((s) => state.sampleIds.includes(s.id)).sort((a, b) => state.sampleIds.indexOf(a.id) - state.sampleIds.indexOf(b.id));
  const picture = join(home.root, 'samples', 'demo.png');
  await stackPictures(samples.map((s) => home.absolute(s.file)), picture);

  const sizes = checkpoints.map((c, i) => {
    const result = runs[i]!.result as { lossBefore: number; lossAfter: number };
    return { run: runs[i]!.id, checkpoint: c.id, depth: c.model.depth, hiddenSize: c.model.hiddenSize, parameters: c.parameters, denseParameters: c.denseParameters, lossBefore: result.lossBefore, lossAfter: result.lossAfter, file: home.absolute(c.file) };
  });
  const files = [...sizes.map((s) => s.file), home.absolute(learngene.file), ...exported.files.map((f) => join(home.absolute(exported.dir), f.name)), picture];
  const rows = sizes.map((s, i) => [`${s.hiddenSize}×${s.depth}`, i === 0 ? 'pretrained' : 'initialised', count(s.parameters), s.lossBefore.toFixed(4), s.lossAfter.toFixed(4), s.file]);
  rows.push([`${learngene.hiddenSize}`, 'learngene', count(learngene.parameters), '', '', home.absolute(learngene.file)]);
  for (const file of exported.files) rows.push([`${sizes[1]!.hiddenSize}×${sizes[1]!.depth}`, `export (${exported.parity?.pass ? 'parity passed' : 'no parity'})`, '', '', '', join(home.absolute(exported.dir), file.name)]);
  const text = [table(['size', 'what', 'parameters', 'loss before', 'loss after', 'file'], rows), '', `Sample grids, from top: ${sizes.map((s) => `depth ${s.depth}`).join(', ')}`, picture, `Done in ${duration(elapsed)}. Look around with: fine serve --home ${home.root}`].join('\n');
  return { json: { dataset: state.datasetId, run: runs[0]!.id, checkpoint: checkpoints[0]!.id, checkpoints: checkpoints.map((c) => c.id), learngene: learngene.id, export: exported.id, sizes, files, picture, parity: exported.parity, elapsedMs: Math.round(elapsed) }, text };
}
