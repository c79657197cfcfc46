import { expect, it } from 'vitest';
import type { Run } from '@shared/entities';
import { startParams } from '@shared/protocol';
import { fromRun, INITIAL, toCommand, toRequest } from './values';

const filled = { ...INITIAL, checkpointId: 'ckpt-1', datasetId: 'builtin:emoji' };

it('makes a request that the protocol accepts, with all that was chosen', () => {
  expect(toRequest(INITIAL, false)).toBeNull();
  const request = toRequest({ ...filled, materialise: false, steps: 50 }, false);
  expect(startParams.safeParse({ kind: 'train', params: request }).success).toBe(true);
  expect(request).toMatchObject({ materialise: false, train: { steps: 50, emaDecay: 0.99 } });
});

it('does not keep factors that a dense model does not have', () => {
  expect(toRequest({ ...filled, materialise: false }, true)!.materialise).toBe(true);
  expect(toCommand({ ...filled, materialise: false }, true)).not.toContain('--keep-factors');
  expect(toCommand({ ...filled, materialise: false }, false)).toContain('--keep-factors');
});

it('copies a run into the form it came from', () => {
  const run = { checkpointId: 'ckpt-1', datasetId: 'd', config: { materialise: false, train: { steps: 7, seed: 9, horizontalFlip: false, threads: 2 } } } as unknown as Run;
  expect(fromRun(run)).toEqual({ ...INITIAL, checkpointId: 'ckpt-1', datasetId: 'd', materialise: false, steps: 7, seed: 9, horizontalFlip: false });
});
