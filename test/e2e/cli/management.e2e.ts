/** Files that travel between machines, work that is stopped by Ctrl+C, and what is thrown away. */
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, runCli, startApplication, temporaryFolders, type CliResult } from '../support/application';

const folders = temporaryFolders();
let home: string;
let checkpoint: string;
let learngeneFile: string;
let work: string;

async function fine(where: string, ...args: string[]): Promise<CliResult['json']> {
  const result = await runCli([...args, '--json', '--home', where]);
  expect(result.code, `${args.join(' ')}\n${result.stdout}\n${result.stderr}`).toBe(0);
  return result.json;
}

async function refused(where: string, ...args: string[]): Promise<{ code: string; message: string; hint?: string; details?: unknown }> {
  const result = await runCli([...args, '--json', '--home', where]);
  expect(result.code, args.join(' ')).not.toBe(0);
  return result.json.error;
}

/** A command at work, as a terminal holds it: Ctrl+C goes to all of its processes. */
function start(where: string, ...args: string[]): { child: ChildProcess; said: () => string; ended: Promise<{ code: number | null; json: Record<string, any> }> } {
  const child = spawn(process.execPath, [join(root, 'scripts', 'fine.mjs'), ...args, '--json', '--home', where], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, said: () => stderr, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, json: JSON.parse(stdout.trim().split('\n').at(-1) || '{}') as Record<string, any> }))) };
}

/** Drawing that takes far longer than the test. */
const LONG_SAMPLE = () => ['sample', '--checkpoint', checkpoint, '--count', '64', '--steps', '1000', '--sampler', 'ddpm'];

beforeAll(async () => {
  home = folders.make('cli-management');
  work = folders.make('cli-files');
  const run = await fine(home, 'pretrain', '--dataset', 'builtin:emoji', '--hidden', '32', '--depth', '3', '--heads', '2', '--patch', '8', '--steps', '6', '--batch', '4', '--sample-every', '0');
  checkpoint = run.checkpoint;
  const extracted = await fine(home, 'extract', '--checkpoint', checkpoint, '--name', 'Small');
  learngeneFile = join(work, 'small.learngene.safetensors');
  copyFileSync(extracted.file, learngeneFile);
});
afterAll(() => folders.remove());

describe('a learngene on another machine', () => {
  let other: string;
  let imported: CliResult['json'];
  beforeAll(() => {
    other = folders.make('cli-other');
  });

  it('is imported from its file alone, byte for byte, and initialises sizes there', async () => {
    imported = await fine(other, 'learngenes', 'import', learngeneFile);
    expect(imported).toMatchObject({ name: 'small', checkpointId: null, importedFrom: 'small.learngene.safetensors', hiddenSize: 32, sourceDepth: 3, carries: ['embedders', 'finalLayer', 'biases', 'sigma'], method: 'direct' });
    expect(readFileSync(imported.file)).toEqual(readFileSync(learngeneFile));
    const { sizes } = await fine(other, 'initialize', '--learngene', imported.learngene, '--dataset', 'builtin:emoji', '--depth', '2', '--steps', '3', '--batch', '4', '--sample-every', '0');
    expect(sizes).toMatchObject([{ depth: 2, status: 'completed', uvUnchanged: true }]);
    expect(sizes[0].uvHashBefore).toBe(imported.uvHash);
  });

  it('can be called otherwise, and so can its size', async () => {
    await fine(other, 'learngenes', 'rename', imported.learngene, 'Travelled');
    expect((await fine(other, 'learngenes', 'list')).learngenes).toMatchObject([{ name: 'Travelled' }]);
    const [size] = (await fine(other, 'checkpoints', 'list')).checkpoints;
    expect(await fine(other, 'checkpoints', 'rename', size, 'Two layers')).toEqual({ checkpoint: size, name: 'Two layers' });
  });

  it('is refused when it is cut off or something else, and leaves nothing behind', async () => {
    const before = readdirSync(join(other, 'learngenes'));
    const broken = join(work, 'broken.learngene.safetensors');
    copyFileSync(learngeneFile, broken);
    truncateSync(broken, 5000);
    expect((await refused(other, 'learngenes', 'import', broken)).code).toMatch(/format|checksum/);
    expect(await refused(other, 'learngenes', 'import', join(root, 'test', 'fixtures', 'dit-tiny', 'weights_ls1.safetensors'))).toMatchObject({ code: 'format' });
    expect(await refused(other, 'learngenes', 'import', join(work, 'none.safetensors'))).toMatchObject({ code: 'not-found', field: 'file' });
    expect(readdirSync(join(other, 'learngenes'))).toEqual(before);
  });
});

describe('Ctrl+C', () => {
  it('stops a task of a command that works alone, and leaves no file', async () => {
    const before = readdirSync(join(home, 'samples'));
    const { child, said, ended } = start(home, ...LONG_SAMPLE());
    await expect.poll(said, { timeout: 60_000 }).toContain('sampling');
    process.kill(-child.pid!, 'SIGINT');
    const { code, json } = await ended;
    expect(code).toBe(130);
    expect(json).toMatchObject({ error: { code: 'cancelled' } });
    expect(json.runs).toBeUndefined();
    expect(readdirSync(join(home, 'samples'))).toEqual(before);
  });

  it('stops only the command’s own task in an application that runs, which goes on; another command can stop one by its id', async () => {
    const application = await startApplication(home);
    try {
      const mine = start(home, ...LONG_SAMPLE(), '--seed', '1');
      await expect.poll(mine.said, { timeout: 60_000 }).toContain('sampling');
      const waiting = start(home, ...LONG_SAMPLE(), '--seed', '2');
      await expect.poll(async () => (await fine(home, 'tasks', 'list')).tasks.length, { timeout: 60_000 }).toBe(2);
      process.kill(-mine.child.pid!, 'SIGINT');
      expect((await mine.ended).code).toBe(130);
      await expect.poll(waiting.said, { timeout: 60_000 }).toContain('sampling');
      const { tasks } = await fine(home, 'tasks', 'list');
      expect(tasks).toHaveLength(1);
      await fine(home, 'tasks', 'cancel', tasks[0].taskId);
      const ended = await waiting.ended;
      expect(ended).toMatchObject({ code: 1, json: { error: { code: 'cancelled' } } });
      expect((await fine(home, 'tasks', 'list')).tasks).toEqual([]);
      expect(await refused(home, 'tasks', 'cancel', 'task-none')).toMatchObject({ code: 'not-found' });
    } finally {
      await application.stop();
    }
  });
});

describe('the trash', () => {
  it('tells bytes and dependants, erases only with --yes, and never what an unfinished run reads', async () => {
    const dir = join(work, 'model');
    const exported = await fine(home, 'export', '--checkpoint', checkpoint, '--format', 'safetensors', '--out', dir);
    expect(await fine(home, 'exports', 'show', exported.export)).toMatchObject({ export: exported.export, dir });
    const { moved } = await fine(home, 'trash', 'move', checkpoint, exported.export);
    expect(moved).toEqual([checkpoint, exported.export]);
    expect((await fine(home, 'exports', 'list')).exports).toEqual([]);
    const listed = await fine(home, 'trash', 'list');
    const entry = listed.items.find((item: { id: string }) => item.id === checkpoint);
    expect(entry.bytes).toBeGreaterThan(10_000);
    expect(entry.dependants.map((d: { kind: string; effect: string }) => `${d.kind} ${d.effect}`)).toEqual(['export erased', 'learngene stays']);
    expect(await refused(home, 'trash', 'erase', checkpoint)).toMatchObject({ code: 'conflict', hint: expect.stringContaining('--yes') });
    await fine(home, 'trash', 'restore', exported.export);
    await fine(home, 'trash', 'erase', checkpoint, '--yes');
    expect(existsSync(join(home, 'checkpoints', `${checkpoint}.safetensors`))).toBe(false);
    // An export in a folder that a person chose is theirs.
    expect(existsSync(join(dir, 'model.safetensors'))).toBe(true);
    // The learngene needs the checkpoint no more.
    const [learngene] = (await fine(home, 'learngenes', 'list')).learngenes;
    expect(learngene).toMatchObject({ checkpointId: null, model: { depth: 3 } });
    expect(await fine(home, 'initialize', '--learngene', learngene.id, '--dataset', 'builtin:emoji', '--depth', '1', '--steps', '2', '--batch', '4', '--sample-every', '0')).toMatchObject({ sizes: [{ status: 'completed' }] });
  });
});

describe('runs', () => {
  it('are put into folders', async () => {
    const [first] = (await fine(home, 'runs', 'list')).runs;
    await fine(home, 'runs', 'move', 'seeds/first', first.run);
    expect((await fine(home, 'runs', 'list', '--folder', 'seeds')).runs).toMatchObject([{ run: first.run }]);
  });

  it('are refused before they exist where the backend is not there', async () => {
    const before = (await fine(home, 'runs', 'list')).total;
    const error = await refused(home, 'pretrain', '--dataset', 'builtin:emoji', '--steps', '5', '--backend', 'coreml');
    expect(error).toMatchObject({ code: 'unsupported', field: 'train.backend' });
    expect((await fine(home, 'runs', 'list')).total).toBe(before);
  });
});
