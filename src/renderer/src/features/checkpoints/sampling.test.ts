import { expect, it } from 'vitest';
import type { Sample } from '@shared/entities';
import { sampleParams } from '@shared/protocol';
import { fromSample, INITIAL_SAMPLING, samplingProblems, toSampleCommand, toSampleRequest } from './sampling';

const sample = (classes: number[]): Sample => ({ id: 's', runId: null, checkpointId: 'c', step: null, file: 'f.png', columns: 4, rows: 4, createdAt: 0, config: { sampler: 'unipc', steps: '20', guidanceScale: 2, seed: 7, classes, eta: 0, clipDenoised: true, useEma: false } });

it('makes a request that the protocol accepts', () => {
  expect(sampleParams.safeParse(toSampleRequest(INITIAL_SAMPLING, 'ckpt-1')).success).toBe(true);
  expect(toSampleRequest({ ...INITIAL_SAMPLING, classes: ['3', '7'] }, 'ckpt-1').classes).toEqual([3, 7]);
});

it('says the same as a command', () => {
  expect(toSampleCommand({ ...INITIAL_SAMPLING, classes: ['3', '7'], useEma: false }, 'ckpt-1')).toBe('fine-studio sample --checkpoint ckpt-1 --class 3,7 --count 16 --seed 0 --cfg 1.5 --sampler ddim --steps 50 --no-ema');
});

it('refuses steps that are none', () => {
  expect(samplingProblems({ ...INITIAL_SAMPLING, steps: 'ddim0' }).map((p) => p.field)).toEqual(['steps']);
  expect(samplingProblems({ ...INITIAL_SAMPLING, steps: 'ddim25' })).toEqual([]);
});

it('brings an earlier grid back into the form', () => {
  expect(fromSample(sample([0, 1, 2, 0, 1, 2]))).toMatchObject({ classes: [], count: 6, sampler: 'unipc', seed: 7, useEma: false });
  expect(fromSample(sample([5, 5, 5]))).toMatchObject({ classes: ['5'], count: 3 });
  expect(fromSample(sample([5, 2]))).toMatchObject({ classes: ['5', '2'] });
});
