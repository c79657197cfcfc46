import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../shared/entities';
import { exampleCheckpoint, exampleDataset } from '../../../test/helpers/rows';
import { tempDir } from '../../../test/helpers/service';
import * as catalogue from './index';
import { MIGRATIONS } from './migrations';

const evaluation = (patch: Partial<Evaluation> = {}): Evaluation => ({
  id: 'eval-a', checkpointId: 'ckpt-a', datasetId: 'ds-a', featureKind: 'pixels', featureName: 'pca-64 of pixels', dimension: 64, samples: 512, realImages: 100, seed: 3, sampler: 'ddim', steps: 'ddim25', guidanceScale: 1.5,
  config: { useEma: true }, figures: [{ metric: 'fd', name: 'FD-512 (pca-64 of pixels)', value: 1.25, better: 'lower', floor: null }], omitted: [{ label: 'IS', reason: 'none' }],
  validation: { loss: 0.5, bands: [{ from: 0, to: 500, loss: 0.7, count: 3 }] }, elapsedMs: 12.5, createdAt: 10, ...patch,
});

function withCheckpoints(c: catalogue.Catalog): catalogue.Catalog {
  catalogue.datasets.insert(c, exampleDataset());
  for (const id of ['ckpt-a', 'ckpt-b']) catalogue.checkpoints.insert(c, exampleCheckpoint({ id }));
  return c;
}

test('an evaluation comes back as it went in, newest first, and goes with its checkpoint', () => {
  const c = withCheckpoints(catalogue.openCatalog(join(tempDir(), 'catalog.sqlite')));
  const [older, newer, other] = [evaluation(), evaluation({ id: 'eval-b', createdAt: 20, validation: null, datasetId: null }), evaluation({ id: 'eval-c', checkpointId: 'ckpt-b', createdAt: 15 })];
  for (const each of [older, newer, other]) catalogue.evaluations.insert(c, each);
  expect(catalogue.listEvaluations(c, { checkpointId: 'ckpt-a', limit: 10 })).toEqual([newer, older]);
  expect(catalogue.listEvaluations(c, { limit: 2 })).toEqual([newer, other]);
  expect(() => catalogue.evaluations.insert(c, evaluation({ id: 'eval-d', checkpointId: 'ckpt-none' }))).toThrow('FOREIGN KEY');
  catalogue.setTrashed(c, ['ckpt-a'], 30);
  expect(catalogue.listEvaluations(c, { limit: 10 })).toEqual([other]);
  catalogue.eraseRows(c, ['ckpt-a']);
  expect(catalogue.listEvaluations(c, { checkpointId: 'ckpt-a', limit: 10 })).toEqual([]);
});

test('a catalogue of the version before takes evaluations once it is opened', () => {
  const file = join(tempDir(), 'catalog.sqlite');
  const before = catalogue.openCatalog(file, { migrations: MIGRATIONS.filter(({ version }) => version < 2) });
  catalogue.datasets.insert(before, exampleDataset());
  catalogue.checkpoints.insert(before, exampleCheckpoint());
  expect(() => before.prepare('SELECT * FROM evaluations')).toThrow('no such table');
  before.close();
  const c = catalogue.openCatalog(file);
  catalogue.evaluations.insert(c, evaluation());
  expect(catalogue.listEvaluations(c, { checkpointId: 'ckpt-a', limit: 1 })).toEqual([evaluation()]);
});
