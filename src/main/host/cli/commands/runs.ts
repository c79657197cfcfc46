import { Command } from 'commander';
import type { Run } from '../../../../shared/entities';
import type { ServiceClient } from '../../../../shared/protocol';
import { action } from '../action';
import { positive } from '../arguments';
import { followRuns } from '../follow';
import { table } from '../output';
import { runFacts, runResult, sizesResult } from '../results';
import { duration } from '../../units';

export function runs(): Command {
  const command = new Command('runs').description('training runs: what was done, what is queued, what can go on');
  command
    .command('list')
    .description('the newest runs first')
    .option('--limit <n>', 'how many', positive, 50)
    .option('--search <words>', 'in names, ids, tags and notes')
    .option('--folder <name>', 'in this folder and below it; "" for the runs in none')
    .addHelpText('after', '\nExample:\n  $ fine runs list --limit 10')
    .action(
      action<{ limit: number; search?: string; folder?: string }>(async ({ client, home }, o) => {
        const { runs: all, total } = await client.call('runs.list', { limit: o.limit, search: o.search, folder: o.folder });
        const rows = all.map((r) => [r.id, r.name, r.status, `${r.step}/${r.steps}`, r.metrics.loss ? r.metrics.loss.last.toFixed(4) : '', duration(r.elapsedMs)]);
        return { json: { runs: all.map((r) => ({ id: r.id, ...runFacts(home, r) })), total }, text: table(['id', 'name', 'status', 'step', 'loss', 'time'], rows) };
      }),
    );
  command
    .command('show')
    .description('everything about one run; with --json also the loss of every step, as [step, loss]')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ fine runs show run-2k8v0w3f7a --json')
    .action(
      action(async ({ client, home }, _, [id]) => {
        const run = await client.call('runs.get', { id: id! });
        const text = [`${run.id}  ${run.name}`, `  ${run.kind}, ${run.status}, step ${run.step} of ${run.steps}, ${duration(run.elapsedMs)}${run.backend ? `, ${run.backend}` : ''}`, ...Object.entries(run.metrics).map(([key, m]) => `  ${key}: last ${m.last.toPrecision(4)}, min ${m.min.toPrecision(4)}, max ${m.max.toPrecision(4)}`), ...(run.result ? [`  result ${JSON.stringify(run.result)}`] : []), ...(run.error ? [`  ${(run.error as { message: string }).message}`] : [])].join('\n');
        return { json: { ...runFacts(home, run), losses: await lossSequence(client, run), details: run }, text };
      }),
    );
  command
    .command('resume')
    .description('go on with a run that was paused, cancelled or interrupted, from its last saved state')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ fine runs resume run-2k8v0w3f7a')
    .action(
      action(async (session, _, [id]) => {
        const run = await session.client.call('runs.resume', { id: id! });
        const ended = await followRuns(session, [run]);
        return run.kind === 'initialize' ? sizesResult(session, ended, run.groupId) : runResult(session, ended);
      }),
    );
  command
    .command('move')
    .description('put runs into a folder; folders are names with slashes, "" takes them out')
    .argument('<folder>')
    .argument('<id...>')
    .addHelpText('after', '\nExample:\n  $ fine runs move seeds/first run-2k8v0w3f7a')
    .action(
      action(async ({ client }, _, [folder, ...ids]) => {
        const moved = await client.call('runs.move', { ids, folder: folder! });
        return { json: { ...moved, runs: ids }, text: `${moved.moved} in ${moved.folder || 'no folder'}` };
      }),
    );
  command
    .command('rename-folder')
    .description('call a folder otherwise or put it elsewhere, with everything below it; "" dissolves it')
    .argument('<from>')
    .argument('<to>')
    .addHelpText('after', '\nExample:\n  $ fine runs rename-folder seeds archive/2026/seeds')
    .action(
      action(async ({ client }, _, [from, to]) => {
        const renamed = await client.call('runs.renameFolder', { from: from!, to: to! });
        return { json: { ...renamed }, text: `${renamed.moved} in ${renamed.folder || 'no folder'}` };
      }),
    );
  return command;
}

/** As many steps as one request gives without leaving any out. */
const STEPS_PER_REQUEST = 20_000;

/** The training loss of every step, as [step, loss]; a loss that was not a number is null. */
async function lossSequence(client: ServiceClient, run: Run): Promise<[number, number | null][]> {
  const losses: [number, number | null][] = [];
  for (let from = 0; from <= run.step; from += STEPS_PER_REQUEST) {
    const [series] = await client.call('runs.series', { id: run.id, keys: ['loss'], maxPoints: STEPS_PER_REQUEST, from, to: from + STEPS_PER_REQUEST - 1 });
    for (const { step, value } of series?.points ?? []) losses.push([step, value]);
  }
  return losses;
}
