/** Two programs on one data folder: the second finds the first; what a killed one leaves behind stops nobody. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Command } from 'commander';
import { openCatalog } from '../../src/main/catalog';
import { program } from '../../src/main/host/cli/program';
import { bundle } from '../helpers/bundle';
import { losses, scriptedWorker, startService, tempDir } from '../helpers/service';

let host: string;
let cli: string;

beforeAll(async () => {
  host = await bundle('src/main/host/main.ts', 'host');
  cli = await bundle('src/main/host/cli/main.ts', 'cli');
});

interface Address {
  url: string;
  port: number;
  token: string;
  pid: number;
  existing: boolean;
}

/** Starts a host and waits for its line. */
function startHost(home: string): Promise<{ child: ChildProcess; address: Address }> {
  const child = spawn(process.execPath, [host, '--home', home, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve({ child, address: JSON.parse(text) as Address });
    });
    child.once('exit', (code) => reject(new Error(`The host ended with ${code} before it said where it listens.`)));
  });
}

const exit = (child: ChildProcess) => new Promise<number | null>((resolve) => (child.exitCode !== null ? resolve(child.exitCode) : child.once('exit', resolve)));

function runCli(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1)!) as Record<string, unknown>;

test('a host that cannot say where it listens gives up, listens no more and lets go of the folder', async () => {
  const home = tempDir();
  mkdirSync(join(home, 'host.json'));
  const failed = await runCli(['datasets', 'list', '--json', '--home', home]);
  expect(failed.code).toBe(1);
  expect(lastLine(failed.stdout)).toHaveProperty('error');
  rmdirSync(join(home, 'host.json'));
  expect((await runCli(['datasets', 'list', '--json', '--home', home])).code).toBe(0);
});

test('the second host gives the address of the first, the command line uses it, and its end is clean', async () => {
  const home = tempDir();
  const first = await startHost(home);
  expect(first.address.existing).toBe(false);
  const second = await startHost(home);
  expect(second.address).toEqual({ ...first.address, existing: true });
  expect(await exit(second.child)).toBe(0);
  const listed = await runCli(['datasets', 'list', '--home', home, '--json']);
  expect(listed.code).toBe(0);
  expect(lastLine(listed.stdout)).toMatchObject({ datasets: [{ dataset: 'builtin:emoji' }] });
  first.child.kill('SIGTERM');
  expect(await exit(first.child)).toBe(0);
  expect(existsSync(join(home, 'host.json'))).toBe(false);
});

test('the lock of a killed host is free at once, although its file says otherwise', async () => {
  const home = tempDir();
  const first = await startHost(home);
  first.child.kill('SIGKILL');
  await exit(first.child);
  expect(existsSync(join(home, 'host.json'))).toBe(true);
  const next = await startHost(home);
  expect(next.address).toMatchObject({ existing: false, pid: next.child.pid });
});

test('two started in the same moment agree on one', async () => {
  const home = tempDir();
  const both = await Promise.all([startHost(home), startHost(home)]);
  expect(both.map((each) => each.address.existing).sort()).toEqual([false, true]);
  expect(both[0]!.address.port).toBe(both[1]!.address.port);
});

const TRAIN = ['pretrain', '--dataset', 'builtin:emoji', '--steps', '60', '--checkpoint-every', '10', '--json'];
const scripted = { ...process.env, FINE_STUDIO_WORKER: scriptedWorker, FIXTURE_STEP_MS: '0' };
/** In the middle of training, after its third state. */
const held = { ...scripted, FIXTURE_HOLD: '35' };
const finish = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve));

test('a command that is killed in the middle of training loses no step: resumed, its losses are those of an uninterrupted run', async () => {
  const home = tempDir();
  const spawned = (env: NodeJS.ProcessEnv) => spawn(process.execPath, [cli, ...TRAIN, '--home', home], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  expect(await finish(spawned(scripted))).toBe(0);
  const killed = spawned(held);
  await expect.poll(() => readdirSync(join(home, 'runs')).flatMap((run) => (existsSync(join(home, 'runs', run, 'state')) ? [readdirSync(join(home, 'runs', run, 'state')).length] : [])).sort(), { timeout: 20_000, interval: 5 }).toEqual([3, 6]);
  killed.kill('SIGKILL');
  await finish(killed);
  const service = startService({}, { home });
  const { runs } = await service.call('runs.list', { descending: false });
  expect(runs.map((run) => run.status)).toEqual(['completed', 'interrupted']);
  await service.call('runs.resume', { id: runs[1]!.id });
  await service.context.queue.whenEnded(runs[1]!.id);
  expect(await losses(service, runs[1]!.id)).toEqual(await losses(service, runs[0]!.id));
});

test('Ctrl+C saves the state, says how to go on, and ends with 130', async () => {
  const home = tempDir();
  const child = spawn(process.execPath, [cli, ...TRAIN, '--home', home], { env: held, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  await expect.poll(() => existsSync(join(home, 'runs')) && readdirSync(join(home, 'runs')).some((run) => existsSync(join(home, 'runs', run, 'metrics.jsonl'))), { timeout: 20_000, interval: 5 }).toBe(true);
  child.kill('SIGINT');
  expect(await finish(child)).toBe(130);
  const { error, run } = lastLine(stdout) as { error: { code: string; hint: string }; run: string };
  expect(error).toMatchObject({ code: 'cancelled', hint: expect.stringContaining(`runs resume ${run}`) });
  const service = startService({}, { home });
  expect(await service.call('runs.get', { id: run })).toMatchObject({ status: 'paused' });
});

test('the demo ends with its table, its files and one picture of all grids', async () => {
  const home = tempDir();
  const child = spawn(process.execPath, [cli, 'demo', '--home', home, '--json'], { env: scripted, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  expect(await finish(child)).toBe(0);
  const result = lastLine(stdout) as { checkpoints: string[]; sizes: { depth: number; lossBefore: number; lossAfter: number }[]; files: string[]; picture: string };
  expect(result).toMatchObject({ dataset: 'builtin:emoji', run: expect.any(String), learngene: expect.any(String) });
  expect(result.checkpoints).toHaveLength(3);
  expect(result.sizes.map((size) => size.depth)).toEqual([6, 4, 8]);
  expect(result.files).toContain(result.picture);
  for (const file of result.files) expect(existsSync(file), file).toBe(true);
});

test.each([
  { args: ['runs', 'show', 'nope'], error: { code: 'not-found' } },
  { args: ['pretrain', '--dataset', 'builtin:emoji', '--patch', '5'], error: { code: 'invalid-input', field: 'patchSize' } },
  { args: ['pretrain', '--dataset', 'builtin:emoji', '--batch', '5000'], error: { code: 'invalid-input', field: 'train.batchSize' } },
  { args: ['pretrain', '--dataset', 'builtin:emoji', '--hidden', '16384', '--depth', '100', '--heads', '16'], error: { code: 'no-memory' } },
  { args: ['pretrain', '--dataset', 'builtin:emoji', '--steps', 'many'], error: { code: 'invalid-input' } },
  { args: ['import', '/no/such/file.safetensors'], error: { code: 'not-found', field: 'file' } },
  { args: ['launch'], error: { code: 'invalid-input' } },
])('$args is refused in words, and nothing is written', async ({ args, error }) => {
  const home = tempDir();
  const result = await runCli([...args, '--home', home, '--json']);
  expect(result.code).toBe(1);
  expect(lastLine(result.stdout)).toMatchObject({ error });
  expect(result.stderr.trim()).not.toBe('');
  if (!existsSync(join(home, 'catalog.sqlite'))) return;
  const catalog = openCatalog(join(home, 'catalog.sqlite'));
  onTestFinished(() => void catalog.close());
  for (const table of ['runs', 'checkpoints', 'learngenes', 'samples', 'exports']) expect(catalog.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  for (const folder of ['runs', 'checkpoints', 'learngenes', 'exports', 'samples', 'tmp']) expect(readdirSync(join(home, folder)), folder).toEqual([]);
});

test('every command explains itself with an example', () => {
  const leaves = (command: Command): Command[] => (command.commands.length > 0 ? command.commands.flatMap(leaves) : [command]);
  const all = leaves(program('1.0.0'));
  expect(all.length).toBeGreaterThanOrEqual(17);
  for (const command of all) {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    expect(text, command.name()).toMatch(/Examples?:\n +\$ fine /);
    expect(text, command.name()).toContain('--home');
  }
});
