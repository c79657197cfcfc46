import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { HostState } from '../../shared/bridge';
import type { SequencedEvent } from '../../shared/protocol';
import { HostProcess } from './hostProcess';
import { RestartBudget } from './restartBudget';

const folder = mkdtempSync(join(tmpdir(), 'host-process-'));
const started: HostProcess[] = [];

/** A program that speaks the host's side of the channel: its methods are its faults. */
const program = join(folder, 'peer.mjs');
writeFileSync(program, `
  if (process.argv.includes('damaged')) {
    process.stdout.write(JSON.stringify({ error: { code: 'format', message: 'The catalogue is damaged.', hint: 'Use the backup.' } }) + '\\n');
    process.exitCode = 1;
    process.disconnect();
  } else {
    if (process.argv.includes('dies')) { process.stderr.write('no such library'); process.exit(3); }
    process.on('message', ({ id, method, params }) => {
      if (method === 'die') process.kill(process.pid, 'SIGKILL');
      else if (method === 'refuse') process.send({ id, error: { code: 'not-found', message: 'No.' } });
      else { process.send({ event: { type: 'changed', what: method, seq: 1 } }); process.send({ id, result: params }); }
    });
    process.on('disconnect', () => process.exit(0));
    process.stdout.write(JSON.stringify({ url: 'http://127.0.0.1:1/#token=x', pid: process.pid, existing: false }) + '\\n');
  }
`);

function peer(args: string[] = [], budget?: RestartBudget): { host: HostProcess; states: HostState[]; until(state: HostState['state']): Promise<HostState> } {
  const host = new HostProcess({ node: process.execPath, script: program, args, budget });
  started.push(host);
  const states: HostState[] = [];
  host.onState((state) => states.push(state));
  const until = (wanted: HostState['state']): Promise<HostState> => new Promise((resolve) => {
    const found = states.find((s) => s.state === wanted);
    if (found) resolve(found);
    else host.onState((state) => state.state === wanted && resolve(state));
  });
  host.start();
  return { host, states, until };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((host) => host.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('passes requests, errors and events on', async () => {
  const { host } = peer();
  const events: SequencedEvent[] = [];
  host.onEvent((event) => events.push(event));
  expect(await host.call('echo', { a: 1 })).toEqual({ result: { a: 1 } });
  expect(await host.call('refuse', {})).toEqual({ error: { code: 'not-found', message: 'No.' } });
  expect(events).toEqual([{ type: 'changed', what: 'echo', seq: 1 }]);
});

it('answers what was open with an error when the host dies, and starts it again', async () => {
  const { host, states, until } = peer();
  const reply = await host.call('die', {});
  expect(reply).toMatchObject({ error: { code: 'crashed' } });
  await until('restarting');
  expect(await host.call('echo', 2)).toEqual({ result: 2 });
  expect(states.map((s) => s.state)).toEqual(['starting', 'ready', 'restarting', 'ready']);
});

it('gives up when the budget is spent, says why, and tries again when asked', async () => {
  const { host, until } = peer(['dies'], new RestartBudget(1, 60_000));
  const failed = await until('failed');
  expect(failed.message).toContain('no such library');
  expect(failed.attempt).toBe(2);
  expect(await host.call('echo', 1)).toMatchObject({ error: { code: 'crashed' } });
  host.restart();
  expect(host.state.state).toBe('restarting');
});

it('does not try again what cannot work', async () => {
  const { states, until } = peer(['damaged']);
  expect((await until('failed')).message).toBe('The catalogue is damaged.\nWhat to do: Use the backup.');
  expect(states.map((s) => s.state)).toEqual(['starting', 'failed']);
});

it('ends the host when it is stopped', async () => {
  const { host, until } = peer();
  await until('ready');
  const { pid } = host;
  await host.stop();
  expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
});
