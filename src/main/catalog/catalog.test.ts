import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Params } from '../../shared/protocol';
import { exampleCheckpoint, exampleDataset, exampleLearngene, exampleRun } from '../../../test/helpers/rows';
import { tempDir } from '../../../test/helpers/service';
import * as catalogue from './index';

const open = () => catalogue.openCatalog(join(tempDir(), 'catalog.sqlite'));
const query = (patch: Partial<Params<'runs.list'>> = {}): Params<'runs.list'> => ({ offset: 0, limit: 100, trashed: false, sort: 'createdAt', descending: true, ...patch });
const rows = (from: number, to: number, loss: (step: number) => number) => Array.from({ length: to - from + 1 }, (_, i) => ({ step: from + i, wall: (from + i) * 10, values: { loss: loss(from + i) } }));

test('every kind of row comes back as it went in', () => {
  const c = open();
  const dataset = exampleDataset({ skipped: [{ file: 'a.png', reason: 'broken' }] });
  catalogue.datasets.insert(c, dataset);
  expect(catalogue.datasets.get(c, 'ds-a')).toEqual(dataset);
  const run = exampleRun({ datasetId: 'ds-a', tags: ['x'], starred: true, result: { a: 1 }, error: { code: 'internal', message: 'm' } });
  catalogue.insertRun(c, run);
  expect(catalogue.getRun(c, 'run-a')).toEqual(run);
  const checkpoint = exampleCheckpoint({ runId: 'run-a', loss: 0.5 });
  catalogue.checkpoints.insert(c, checkpoint);
  expect(catalogue.checkpoints.get(c, 'ckpt-a')).toEqual(checkpoint);
  const learngene = exampleLearngene();
  catalogue.learngenes.insert(c, learngene);
  expect(catalogue.learngenes.get(c, 'lg-a')).toEqual(learngene);
  expect(() => catalogue.insertRun(c, exampleRun({ id: 'run-b', datasetId: 'ds-none' }))).toThrow('FOREIGN KEY');
});

test('summaries follow what is appended; repeated steps count once; NaN is a gap', () => {
  const c = open();
  catalogue.insertRun(c, exampleRun());
  catalogue.appendMetrics(c, 'run-a', rows(1, 20, (s) => 1 / s));
  catalogue.appendMetrics(c, 'run-a', rows(15, 25, (s) => 1 / s));
  catalogue.appendMetrics(c, 'run-a', [{ step: 26, wall: 260, values: { loss: NaN } }]);
  expect(catalogue.getRun(c, 'run-a').metrics.loss).toEqual({ first: 1, last: 1 / 25, min: 1 / 25, max: 1, count: 25 });
  const [series] = catalogue.readSeries(c, 'run-a', { maxPoints: 100 });
  expect(series!.points.at(-1)).toEqual({ step: 26, value: null, wall: 260 });
});

test('a resumed run forgets what came after its state, in every level of the pyramid', () => {
  const once = open();
  const twice = open();
  for (const c of [once, twice]) catalogue.insertRun(c, exampleRun());
  catalogue.appendMetrics(once, 'run-a', rows(1, 2000, Math.sin));
  catalogue.appendMetrics(twice, 'run-a', rows(1, 1500, (s) => (s > 1200 ? 99 : Math.sin(s))));
  catalogue.truncateMetrics(twice, 'run-a', 1200);
  catalogue.appendMetrics(twice, 'run-a', rows(1201, 2000, Math.sin));
  for (const table of ['metric_points', 'metric_buckets', 'metric_summaries']) {
    // Sums are added in another order, so their last digits may differ.
    const all = (c: catalogue.Catalog) => (c.prepare(`SELECT * FROM ${table}`).all() as Record<string, number>[]).map((row) => ({ ...row, sum: row.sum?.toFixed(9) }));
    expect(all(twice), table).toEqual(all(once));
  }
});

test('a downsampled series holds its ends and the extremes of every bucket as real points, in order', () => {
  const c = open();
  catalogue.insertRun(c, exampleRun());
  const loss = (s: number) => (s === 4321 ? 1000 : Math.cos(s * s));
  catalogue.appendMetrics(c, 'run-a', rows(0, 9999, loss));
  const [series] = catalogue.readSeries(c, 'run-a', { maxPoints: 100 });
  expect(series!.total).toBe(10_000);
  expect(series!.points.length).toBeLessThanOrEqual(100);
  expect(series!.points).toContainEqual({ step: 4321, value: 1000, wall: 43_210 });
  expect(series!.points.map((p) => p.step)).toEqual(series!.points.map((p) => p.step).toSorted((a, b) => a - b));
  for (const point of series!.points) expect(point.value).toBe(loss(point.step));
  expect([series!.points[0]!.step, series!.points.at(-1)!.step]).toEqual([0, 9999]);
});

test('runs are filtered, searched and sorted; an unknown sort key is refused', () => {
  const c = open();
  catalogue.insertRun(c, exampleRun({ id: 'run-1', name: 'Alpha', createdAt: 1, tags: ['keep'], folder: 'f' }));
  catalogue.insertRun(c, exampleRun({ id: 'run-2', name: 'Beta 50%', createdAt: 2, status: 'failed', starred: true }));
  catalogue.insertRun(c, exampleRun({ id: 'run-3', name: 'Gamma', createdAt: 3, kind: 'train', trashedAt: 5 }));
  catalogue.appendMetrics(c, 'run-1', rows(1, 2, () => 0.5));
  const ids = (patch: Partial<Params<'runs.list'>>) => catalogue.listRuns(c, query(patch)).runs.map((run) => run.id);
  expect(ids({})).toEqual(['run-2', 'run-1']);
  expect(ids({ trashed: true })).toEqual(['run-3']);
  expect(ids({ status: ['failed'] })).toEqual(['run-2']);
  expect(ids({ tag: 'keep' })).toEqual(['run-1']);
  expect(ids({ starred: true })).toEqual(['run-2']);
  expect(ids({ search: '50%' })).toEqual(['run-2']);
  expect(ids({ search: 'alpha completed' })).toEqual(['run-1']);
  expect(ids({ sort: 'name', descending: false })).toEqual(['run-1', 'run-2']);
  // Runs without the metric come last, whichever way.
  expect(ids({ sort: 'metric:loss:last' })).toEqual(['run-1', 'run-2']);
  expect(ids({ sort: 'metric:loss:last', descending: false })).toEqual(['run-1', 'run-2']);
  expect(() => ids({ sort: 'name; DROP TABLE runs' })).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'sort' }));
});

test('a folder takes what is in it and below it along, whatever its name holds; a dissolved one leaves what was below it at the top', () => {
  const c = open();
  for (const [id, folder] of [['run-1', 'a_b'], ['run-2', 'a_b/c'], ['run-3', 'axb'], ['run-4', '']] as const) catalogue.insertRun(c, exampleRun({ id, name: id, folder, trashedAt: id === 'run-2' ? 5 : null }));
  const folders = () => ['run-1', 'run-2', 'run-3', 'run-4'].map((id) => catalogue.getRun(c, id).folder);
  expect(catalogue.renameFolder(c, 'a_b', ' new / place/')).toEqual({ folder: 'new/place', moved: 2 });
  expect(folders()).toEqual(['new/place', 'new/place/c', 'axb', '']);
  expect(catalogue.renameFolder(c, 'new', 'new/deeper')).toMatchObject({ moved: 2 });
  expect(folders()).toEqual(['new/deeper/place', 'new/deeper/place/c', 'axb', '']);
  catalogue.renameFolder(c, 'new/deeper/place', '');
  expect(folders()).toEqual(['', 'c', 'axb', '']);
  expect(() => catalogue.renameFolder(c, 'gone', 'x')).toThrow(expect.objectContaining({ code: 'not-found', field: 'from' }));
  expect(() => catalogue.renameFolder(c, '', 'x')).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(() => catalogue.renameFolder(c, 'axb', 'x'.repeat(201))).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'to' }));
});

test('lineage follows both ways from one thing and leaves out what is in the trash', () => {
  const c = open();
  catalogue.datasets.insert(c, exampleDataset());
  catalogue.insertRun(c, exampleRun({ datasetId: 'ds-a' }));
  catalogue.checkpoints.insert(c, exampleCheckpoint({ runId: 'run-a' }));
  catalogue.learngenes.insert(c, exampleLearngene({ checkpointId: 'ckpt-a' }));
  catalogue.insertRun(c, exampleRun({ id: 'run-b', learngeneId: 'lg-a' }));
  catalogue.insertRun(c, exampleRun({ id: 'run-other' }));
  const graph = catalogue.lineage(c, 'ckpt-a');
  expect(graph.nodes.map((node) => node.id).sort()).toEqual(['ckpt-a', 'ds-a', 'lg-a', 'run-a', 'run-b']);
  expect(graph.edges).toContainEqual({ from: 'lg-a', to: 'run-b' });
  expect(catalogue.lineage(c).nodes).toHaveLength(6);
  catalogue.setTrashed(c, ['lg-a'], 1);
  expect(catalogue.lineage(c, 'ckpt-a').nodes.map((node) => node.id).sort()).toEqual(['ckpt-a', 'ds-a', 'run-a']);
  catalogue.setTrashed(c, ['run-a'], 2);
  expect(catalogue.lineage(c, 'ckpt-a').edges).toEqual([{ from: 'ds-a', to: 'ckpt-a' }]);
});

test('only what is in the trash can be erased; what depended on it stays', () => {
  const c = open();
  catalogue.insertRun(c, exampleRun());
  catalogue.checkpoints.insert(c, exampleCheckpoint({ runId: 'run-a' }));
  catalogue.appendMetrics(c, 'run-a', rows(1, 3, () => 1));
  expect(() => catalogue.eraseRows(c, ['run-a'])).toThrow(expect.objectContaining({ code: 'conflict' }));
  catalogue.setTrashed(c, ['run-a'], 1);
  catalogue.eraseRows(c, ['run-a']);
  expect(catalogue.findRun(c, 'run-a')).toBeUndefined();
  expect(catalogue.checkpoints.get(c, 'ckpt-a').runId).toBeNull();
  expect(c.prepare('SELECT count(*) FROM metric_points').pluck().get()).toBe(0);
});

test('speeds come with the kind and length of their run, newest first', () => {
  const c = open();
  expect(catalogue.measuredSpeeds(c)).toEqual([]);
  for (const [id, macs, ms] of [['run-1', 1e9, 10], ['run-2', 1e10, 50]] as const) {
    catalogue.insertRun(c, exampleRun({ id }));
    catalogue.recordSpeed(c, id, 'onnxruntime', macs, ms);
  }
  const { kind, steps } = exampleRun();
  expect(catalogue.measuredSpeeds(c)).toHaveLength(2);
  expect(catalogue.measuredSpeeds(c)).toContainEqual({ kind, steps, macsPerStep: 1e10, msPerStep: 50 });
  expect(catalogue.measuredGflops(c)).toBeCloseTo(400);
});
