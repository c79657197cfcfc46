import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleCheckpoint, exampleDataset, exampleLearngene, exampleRun } from '../../../test/helpers/rows';
import { tempDir } from '../../../test/helpers/service';
import type { ExportRecord } from '../../shared/entities';
import * as catalogue from './index';
import { migrate } from './migrate';
import { MIGRATIONS } from './migrations';
import Database from 'better-sqlite3';

const exported: ExportRecord = { id: 'exp-a', checkpointId: 'ckpt-a', format: 'onnx', dir: 'exports/exp-a', files: [], parity: null, opset: 20, precision: 'float32', createdAt: 1, trashedAt: null };

/** Pictures, a pretraining on them, its checkpoint, the learngene of that, an export, and a paused initialisation. */
function family() {
  const c = catalogue.openCatalog(join(tempDir(), 'catalog.sqlite'));
  catalogue.datasets.insert(c, exampleDataset());
  catalogue.insertRun(c, exampleRun({ datasetId: 'ds-a' }));
  catalogue.checkpoints.insert(c, exampleCheckpoint({ runId: 'run-a' }));
  catalogue.learngenes.insert(c, exampleLearngene({ checkpointId: 'ckpt-a' }));
  catalogue.exportsTable.insert(c, exported);
  catalogue.insertRun(c, exampleRun({ id: 'run-b', name: 'Depth 4', kind: 'initialize', learngeneId: 'lg-a', datasetId: 'ds-a', status: 'paused' }));
  return c;
}
const effects = (c: catalogue.Catalog, kind: 'dataset' | 'run' | 'checkpoint' | 'learngene' | 'export', id: string) => catalogue.dependantsOf(c, kind, id).map((d) => `${d.id} ${d.effect}`);

test('dependants say what blocks, what goes along and what stays', () => {
  const c = family();
  expect(effects(c, 'dataset', 'ds-a')).toEqual(['run-b blocks', 'run-a stays']);
  expect(effects(c, 'run', 'run-a')).toEqual(['ckpt-a stays']);
  expect(effects(c, 'checkpoint', 'ckpt-a')).toEqual(['exp-a erased', 'lg-a stays']);
  expect(effects(c, 'learngene', 'lg-a')).toEqual(['run-b blocks']);
  expect(effects(c, 'export', 'exp-a')).toEqual([]);
  // A run of a comparison that starts from what another left in its folder, and one from its checkpoint.
  for (const from of ['form', 'checkpoint']) catalogue.insertRun(c, exampleRun({ id: `run-${from}`, kind: 'bench', status: 'queued', config: { from, sourceRunId: 'run-a' } }));
  expect(effects(c, 'run', 'run-a')).toEqual(['run-form blocks', 'ckpt-a stays']);
  expect(effects(c, 'checkpoint', 'ckpt-a')).toEqual(['run-checkpoint blocks', 'exp-a erased', 'lg-a stays']);
  catalogue.updateRun(c, 'run-b', { status: 'cancelled' });
  expect(catalogue.dependantsOf(c, 'learngene', 'lg-a')).toEqual([{ id: 'run-b', kind: 'run', name: 'Depth 4', effect: 'stays', detail: 'It is cancelled and can then no longer be resumed.' }]);
});

test('what an unfinished run reads is not erased, unless that run is erased with it', () => {
  const c = family();
  catalogue.setTrashed(c, ['ds-a', 'lg-a'], 1);
  expect(() => catalogue.eraseRows(c, ['lg-a'])).toThrow(expect.objectContaining({ code: 'conflict', message: 'A learngene is still needed by Depth 4.' }));
  // All or nothing: a dataset that could go stays with the learngene that cannot.
  expect(() => catalogue.eraseRows(c, ['ds-a', 'lg-a'])).toThrow(expect.objectContaining({ code: 'conflict' }));
  expect(catalogue.learngenes.find(c, 'lg-a')).toBeDefined();
  catalogue.setTrashed(c, ['run-b'], 2);
  expect(catalogue.listTrashed(c).map((item) => item.id)).toEqual(['run-b', 'ds-a', 'lg-a']);
  catalogue.eraseRows(c, ['ds-a', 'lg-a', 'run-b']);
  expect(catalogue.listTrashed(c)).toEqual([]);
  expect(catalogue.checkpoints.get(c, 'ckpt-a').learngeneId).toBeNull();
});

test('a learngene outlives its checkpoint; the checkpoint’s exports do not', () => {
  const c = family();
  catalogue.setTrashed(c, ['ckpt-a', 'exp-a'], 1);
  expect(catalogue.listExports(c)).toEqual([]);
  expect(catalogue.listTrashed(c)).toContainEqual(expect.objectContaining({ id: 'exp-a', kind: 'export', name: 'onnx of A model' }));
  expect(catalogue.eraseRows(c, ['ckpt-a', 'exp-a'])).toHaveLength(2);
  expect(catalogue.learngenes.get(c, 'lg-a')).toEqual(exampleLearngene());
  expect(catalogue.exportsTable.find(c, 'exp-a')).toBeUndefined();
});

test('folders are what runs say; a folder holds those below it', () => {
  const c = family();
  catalogue.insertRun(c, exampleRun({ id: 'run-c' }));
  expect(catalogue.moveRuns(c, ['run-a'], ' seeds / first/')).toBe('seeds/first');
  catalogue.moveRuns(c, ['run-b'], 'seeds');
  catalogue.moveRuns(c, ['run-c'], 'seeds_2');
  expect(catalogue.listFolders(c)).toEqual([{ folder: 'seeds', runs: 1 }, { folder: 'seeds/first', runs: 1 }, { folder: 'seeds_2', runs: 1 }]);
  const inside = (folder: string) => catalogue.listRuns(c, { offset: 0, limit: 10, trashed: false, sort: 'id', descending: false, folder }).runs.map((run) => run.id);
  expect(inside('seeds')).toEqual(['run-a', 'run-b']);
  expect(inside('seeds/first')).toEqual(['run-a']);
  expect(inside('')).toEqual([]);
  expect(() => catalogue.moveRuns(c, ['run-a', 'run-x'], 'other')).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(inside('seeds/first')).toEqual(['run-a']);
});

test('version 3 gives old learngenes the description of their model, and none where the checkpoint is gone', () => {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, MIGRATIONS.slice(0, 2), tempDir());
  const model = JSON.stringify(exampleCheckpoint().model);
  db.prepare(`INSERT INTO checkpoints (id, name, form, step, model, diffusion, class_names, parameters, dense_parameters, has_ema, file, bytes, sha256, origin, created_at)
    VALUES ('ckpt-1', 'm', 'factorised', 1, ?, '{"timesteps":1000}', '[]', 1, 1, 0, 'f', 1, 's', 'pretrain', 1)`).run(model);
  const learngene = db.prepare(`INSERT INTO learngenes (id, name, checkpoint_id, hidden_size, ranks, source_depth, carries, method, parameters, bytes, sha256, uv_hash, file, created_at)
    VALUES (?, 'l', ?, 96, '{}', 6, '[]', 'direct', 1, 1, 's', 'u', 'f', 1)`);
  learngene.run('lg-1', 'ckpt-1');
  learngene.run('lg-2', 'ckpt-erased');
  migrate(db, MIGRATIONS, tempDir());
  expect(db.prepare('SELECT id, checkpoint_id, model, warnings FROM learngenes ORDER BY id').all()).toEqual([
    { id: 'lg-1', checkpoint_id: 'ckpt-1', model, warnings: '[]' },
    { id: 'lg-2', checkpoint_id: null, model: null, warnings: '[]' },
  ]);
});
