/** The catalogue against kills, damage, other versions and other writers. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { appendMetrics, getRun, insertRun, listBackups, listRuns, openCatalog, readLog, readSeries, runsWithStatus, write, type Catalog } from '../../src/main/catalog';
import { MIGRATIONS } from '../../src/main/catalog/migrations';
import type { Params } from '../../src/shared/protocol';
import { bundle } from '../helpers/bundle';
import { exampleRun } from '../helpers/rows';
import { tempDir } from '../helpers/service';

let writer: string;

beforeAll(async () => {
  writer = await bundle('test/faults/catalogWriter.ts', 'catalogWriter');
});

const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const query = (patch: Partial<Params<'runs.list'>> = {}): Params<'runs.list'> => ({ offset: 0, limit: 100, trashed: false, sort: 'createdAt', descending: true, ...patch });

/** Starts the writer; `said` grows with every row that it says is safe. */
function startWriter(file: string, runId: string) {
  const child = spawn(process.execPath, [writer, file, runId], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    child,
    said: () => Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)) || 0,
    ended: new Promise<void>((resolve) => child.once('close', () => resolve())),
  };
}

test('a writer that is killed at any moment loses no row that it called safe', async () => {
  const file = join(tempDir(), 'catalog.sqlite');
  for (const delay of [40, 90, 150]) {
    const { child, said, ended } = startWriter(file, 'run-w');
    await expect.poll(said, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await ended;
    const catalog = openCatalog(file);
    expect(catalog.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(readLog(catalog, 'run-w', said() - 1, 1)).toHaveLength(1);
    catalog.close();
  }
});

test('two writers wait for each other: nobody sees a locked database', async () => {
  const file = join(tempDir(), 'catalog.sqlite');
  openCatalog(file).close();
  const both = [startWriter(file, 'run-1'), startWriter(file, 'run-2')];
  await expect.poll(() => Math.min(...both.map((w) => w.said())), { timeout: 20_000 }).toBeGreaterThan(200);
  expect(both.map((w) => w.child.exitCode)).toEqual([null, null]);
  for (const { child, ended } of both) {
    child.kill('SIGKILL');
    await ended;
  }
});

test('a catalogue of a newer version is refused and its bytes stay as they are', () => {
  const file = join(tempDir(), 'catalog.sqlite');
  const catalog = openCatalog(file);
  catalog.pragma('user_version = 99');
  catalog.close();
  const before = hash(file);
  expect(() => openCatalog(file)).toThrow(expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('version 99') }));
  expect(() => openCatalog(file, { onCorrupt: 'recover' })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(hash(file)).toBe(before);
  expect(readdirSync(join(file, '..'))).toEqual(['catalog.sqlite']);
});

test('an older catalogue is backed up and migrated, all or nothing', () => {
  const file = join(tempDir(), 'catalog.sqlite');
  const first = openCatalog(file);
  insertRun(first, exampleRun());
  first.close();
  const newest = MIGRATIONS.at(-1)!.version;
  const next = { version: newest + 1, name: 'colour', up: (db: Catalog) => void db.exec("ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'") };
  const broken = { version: newest + 2, name: 'broken', up: () => { throw new Error('power cut'); } };
  expect(() => openCatalog(file, { migrations: [...MIGRATIONS, next, broken] })).toThrow('power cut');
  const same = openCatalog(file);
  expect(same.pragma('user_version', { simple: true })).toBe(newest);
  expect(() => same.prepare('SELECT colour FROM runs')).toThrow();
  same.close();
  const migrated = openCatalog(file, { migrations: [...MIGRATIONS, next] });
  expect(migrated.prepare('SELECT colour FROM runs').pluck().get()).toBe('red');
  expect(getRun(migrated, 'run-a').name).toBe('A run');
  migrated.close();
  const backups = listBackups(join(file, '..', 'backups')).filter((name) => name.includes(`-v${newest}`));
  expect(backups.length).toBeGreaterThan(0);
  const backup = openCatalog(backups[0]!);
  expect(getRun(backup, 'run-a').name).toBe('A run');
  backup.close();
});

test.each([
  ['a zeroed page', (file: string) => damage(file, 4096)],
  ['a zeroed header', (file: string) => damage(file, 0)],
  ['a file that is none', (file: string) => writeFileSync(file, 'this is not a catalogue at all, it is a letter')],
])('%s is noticed; the file is set aside and the last backup used, when asked', (_, spoil) => {
  const dir = tempDir();
  const file = join(dir, 'catalog.sqlite');
  const first = openCatalog(file);
  insertRun(first, exampleRun());
  first.close();
  openCatalog(file).close();
  expect(listBackups(join(dir, 'backups'))).toHaveLength(1);
  spoil(file);
  const spoilt = hash(file);
  expect(() => openCatalog(file)).toThrow(expect.objectContaining({ code: 'format', hint: expect.stringContaining(listBackups(join(dir, 'backups'))[0]!) }));
  const recovered = openCatalog(file, { onCorrupt: 'recover' });
  expect(getRun(recovered, 'run-a').name).toBe('A run');
  recovered.close();
  const aside = readdirSync(dir).find((name) => name.includes('.broken-'))!;
  expect(hash(join(dir, aside))).toBe(spoilt);
});

function damage(file: string, at: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(Math.min(4096, statSync(file).size - at)), 0, undefined, at);
  closeSync(handle);
}

test('a clock that jumps back a year changes no order of steps, log lines or queue', () => {
  const catalog = openCatalog(join(tempDir(), 'catalog.sqlite'));
  insertRun(catalog, exampleRun({ id: 'run-1', status: 'queued', queuePosition: 1, createdAt: 2e12 }));
  insertRun(catalog, exampleRun({ id: 'run-2', status: 'queued', queuePosition: 2, createdAt: 1e12 }));
  expect(runsWithStatus(catalog, 'queued').map((run) => run.id)).toEqual(['run-1', 'run-2']);
  appendMetrics(catalog, 'run-1', [{ step: 1, wall: 500, values: { loss: 1 } }, { step: 2, wall: 100, values: { loss: 2 } }]);
  expect(readSeries(catalog, 'run-1', { maxPoints: 100 })[0]!.points.map((p) => p.step)).toEqual([1, 2]);
  catalog.close();
});

test('the first page of 5,000 runs is read through an index, by time and by metric', () => {
  const catalog = openCatalog(join(tempDir(), 'catalog.sqlite'));
  write(catalog, () => {
    for (let i = 0; i < 5000; i++) {
      insertRun(catalog, exampleRun({ id: `run-${i}`, name: `Run ${i}`, createdAt: i, tags: i % 7 === 0 ? ['seven'] : [] }));
      catalog.prepare('INSERT INTO metric_summaries VALUES (?, ?, ?, ?, ?, ?, ?)').run(`run-${i}`, 'loss', 1, (i * 7919) % 5000, 0, 1, 10);
    }
  });
  const page = listRuns(catalog, query());
  expect(page.total).toBe(5000);
  expect(page.runs[0]).toMatchObject({ id: 'run-4999', metrics: { loss: { count: 10 } } });
  const best = listRuns(catalog, query({ sort: 'metric:loss:last', descending: false, limit: 3 }));
  expect(best.runs.map((run) => run.metrics.loss!.last)).toEqual([0, 1, 2]);
  expect(listRuns(catalog, query({ tag: 'seven' })).total).toBe(715);
  expect(listRuns(catalog, query({ search: 'run 4321' })).runs.map((run) => run.id)).toEqual(['run-4321']);
  expect(listRuns(catalog, query({ search: '100%' })).total).toBe(0);
  const plan = (sql: string) => (catalog.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map((row) => row.detail).join('; ');
  const paged = plan('SELECT runs.id FROM runs WHERE runs.trashed_at IS NULL ORDER BY runs.created_at DESC, runs.id DESC LIMIT 100');
  expect(paged).toContain('USING COVERING INDEX runs_by_time');
  expect(paged).not.toContain('TEMP B-TREE');
  expect(plan("SELECT runs.id FROM runs LEFT JOIN metric_summaries AS m ON m.run_id = runs.id AND m.key = 'loss' WHERE runs.trashed_at IS NULL ORDER BY m.last")).toContain('SEARCH m USING PRIMARY KEY');
  catalog.close();
});

test('hundreds of thousands of points become at most as many as asked for, and no spike is lost', () => {
  const catalog = openCatalog(join(tempDir(), 'catalog.sqlite'));
  insertRun(catalog, exampleRun());
  const spikes = new Map([[123_457, 50], [277_777, -50]]);
  for (let from = 0; from < 300_000; from += 50_000)
    appendMetrics(catalog, 'run-a', Array.from({ length: 50_000 }, (_, i) => ({ step: from + i, wall: from + i, values: { loss: spikes.get(from + i) ?? Math.sin((from + i) / 1e5) } })));
  const [series] = readSeries(catalog, 'run-a', { maxPoints: 2000 });
  expect(series).toMatchObject({ total: 300_000, downsampled: true });
  expect(series!.points.length).toBeLessThanOrEqual(2000);
  expect(series!.points.length).toBeGreaterThan(1500);
  for (const [step, value] of spikes) expect(series!.points).toContainEqual({ step, value, wall: step });
  const [zoomed] = readSeries(catalog, 'run-a', { maxPoints: 600, from: 277_000, to: 279_000 });
  expect(zoomed).toMatchObject({ total: 2001, downsampled: true });
  expect(zoomed!.points).toContainEqual({ step: 277_777, value: -50, wall: 277_777 });
  expect(zoomed!.points.every((p) => p.step >= 277_000 && p.step <= 279_000)).toBe(true);
  catalog.close();
});
