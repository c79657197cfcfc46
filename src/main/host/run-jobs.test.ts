import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Run } from '../../shared/entities';
import { Home } from './home';
import { jobOfRun } from './run-jobs';

const run = { id: 'run-a', datasetId: 'ds-a', backend: null, config: { kind: 'pretrain', train: { backend: 'auto' }, learnedFrom: 'Shapes' } } as unknown as Run;

test('a run with a saved state resumes, on the backend that it began on', () => {
  const home = new Home(mkdtempSync(join(tmpdir(), 'fine-jobs-')));
  onTestFinished(() => rmSync(home.root, { recursive: true, force: true }));
  expect(jobOfRun(home, run)).toMatchObject({ resume: false, startedOn: null });
  mkdirSync(join(home.runDir('run-a'), 'state'), { recursive: true });
  writeFileSync(join(home.runDir('run-a'), 'state', 'state-000000012.safetensors.7.0.tmp'), 'half');
  expect(jobOfRun(home, run)).toMatchObject({ resume: false });
  writeFileSync(join(home.runDir('run-a'), 'state', 'state-000000010.safetensors'), 'state');
  expect(jobOfRun(home, { ...run, backend: 'onnxruntime' })).toMatchObject({ resume: true, startedOn: 'onnxruntime' });
  // A name that this version does not know, from a catalogue of another time.
  expect(jobOfRun(home, { ...run, backend: 'abacus' })).toMatchObject({ resume: true, startedOn: null });
});
