import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors';
import type { Job } from '../../../shared/worker';
import type { HostContext } from '../context';
import { Home } from '../home';
import { backends } from './backends';

let root: string;
let home: Home;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backends-'));
  home = new Home(root);
  home.create();
});
afterEach(() => rmSync(root, { recursive: true }));

const CHECK = { id: 'tensorflow', name: 'TensorFlow', device: 'CPU', version: '2.21.0', ops: 33, msPerStep: 9 };

/** A host whose workers do what `work` says; `kinds` are the jobs that they were given. */
function context(work: Partial<Record<Job['kind'], (job: Job) => unknown>>): { context: HostContext; kinds: string[]; labels: (string | undefined)[] } {
  const kinds: string[] = [];
  const labels: (string | undefined)[] = [];
  const run = async (job: Job, _label: string, _signal?: AbortSignal, taskId?: string) => {
    kinds.push(job.kind);
    labels.push(taskId);
    return work[job.kind]?.(job);
  };
  return { context: { home, tasks: { run } } as unknown as HostContext, kinds, labels };
}

function install(): { notes: string[] } {
  mkdirSync(home.tensorflowDir, { recursive: true });
  return { notes: ['a note'] };
}
const params = { id: 'tensorflow', cuda: false, build: false, taskId: 'mine' } as const;

test('an installation is checked and timed before it is reported, under one name', async () => {
  const { context: host, kinds, labels } = context({ installBackend: install, checkBackend: () => CHECK, backends: () => [] });
  expect(await backends['backends.install'](host, params)).toEqual({ notes: ['a note'], check: CHECK, backends: [] });
  expect(kinds).toEqual(['installBackend', 'checkBackend', 'backends']);
  expect(labels.slice(0, 2)).toEqual(['mine', 'mine']);
  await expect(backends['backends.install'](host, params)).rejects.toMatchObject({ code: 'conflict' });
});

test.each([
  ['computes wrongly', new AppError('unsupported', 'wrong'), { code: 'unsupported', message: 'wrong' }],
  ['crashes', new AppError('crashed', 'ended by SIGILL'), { code: 'unsupported', why: 'ended by SIGILL' }],
  ['is cancelled', new AppError('cancelled', 'stopped'), { code: 'cancelled' }],
])('one that %s is removed again', async (_how, error, told) => {
  const checkBackend = () => {
    throw error;
  };
  await expect(backends['backends.install'](context({ installBackend: install, checkBackend }).context, params)).rejects.toMatchObject(told);
  expect(existsSync(home.tensorflowDir)).toBe(false);
});

test('removing takes the choice of “auto” with it, which may have been this backend', async () => {
  const { context: host } = context({});
  expect(await backends['backends.remove'](host, { id: 'tensorflow' })).toEqual({ removed: false });
  install();
  writeFileSync(home.backendsFile, '{}');
  expect(await backends['backends.remove'](host, { id: 'tensorflow' })).toEqual({ removed: true });
  expect([existsSync(home.tensorflowDir), existsSync(home.backendsFile)]).toEqual([false, false]);
});
