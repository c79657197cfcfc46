import { expect, it } from 'vitest';
import type { Run } from '@shared/entities';
import { pretrainParams } from '@shared/protocol';
import { fromRun, INITIAL, toCommand, toRequest } from './values';

it('makes a request that the schema takes, with its defaults', () => {
  const request = pretrainParams.parse(toRequest({ ...INITIAL, datasetId: 'builtin:emoji' }));
  expect(request).toMatchObject({ datasetId: 'builtin:emoji', hiddenSize: 96, depth: 6, train: { steps: 1000, learningRate: 1e-3 } });
  expect(request.rank).toBeUndefined();
  expect(toRequest(INITIAL)).toBeNull();
});

it('asks for a dense model with rank null, and fills ranks that are left open', () => {
  expect(toRequest({ ...INITIAL, datasetId: 'd', factorised: false })?.rank).toBeNull();
  expect(toRequest({ ...INITIAL, datasetId: 'd', rankPerType: true, rank: 48, ranks: { qkv: 96 } })?.rank).toEqual({ qkv: 96, proj: 48, fc1: 48, fc2: 48, adaLN: 48 });
});

it('copies a run into the form it came from', () => {
  const ranks = { qkv: 32, proj: 32, fc1: 32, fc2: 32, adaLN: 32 };
  const run = { datasetId: 'd', config: { model: { hiddenSize: 64, depth: 4, heads: 2, patchSize: 2, learnSigma: true }, ranks, factors: { start: 'orthonormal', evaluation: 'rebuild' }, diffusion: { schedule: 'squaredcos_cap_v2', prediction: 'x0' }, train: { steps: 7, batchSize: 3, seed: 9, horizontalFlip: false }, sample: { steps: '50', count: 4 } } } as unknown as Run;
  expect(fromRun(run)).toMatchObject({ datasetId: 'd', hiddenSize: 64, depth: 4, rank: 32, rankPerType: false, factorStart: 'orthonormal', evaluation: 'rebuild', noise: 'squaredcos_cap_v2', prediction: 'x0', steps: 7, batchSize: 3, seed: 9, horizontalFlip: false, sampleSteps: '50', sampleCount: 4, learnSigma: true });
  expect(toCommand(fromRun(run))).toContain('--hidden 64 --depth 4 --heads 2 --patch 2 --rank 32 --factor-start orthonormal --evaluation rebuild --learn-sigma --noise-schedule squaredcos_cap_v2 --prediction x0 --steps 7 --batch 3');
});

it('puts into the command whatever differs from what the command line takes for granted', () => {
  expect(toCommand({ ...INITIAL, datasetId: 'd' })).toBe('fine-studio pretrain --dataset d --hidden 96 --depth 6 --heads 4 --patch 4 --steps 1000 --lr 0.001 --seed 0 --checkpoint-every 200');
  const changed = { ...INITIAL, datasetId: 'd', learnSigma: true, factorStart: 'orthonormal', evaluation: 'rebuild', noise: 'squaredcos_cap_v2', prediction: 'x0', accumulate: 2, schedule: 'cosine', warmupSteps: 3, weightDecay: 0.1, gradientClip: 1, emaDecay: 0.9, emaWarmup: false, labelDropout: 0.2, horizontalFlip: false, lossWeighting: 'min-snr', backend: 'tfjs-cpu', sampleSteps: '50', sampleCount: 4 } as const;
  const command = toCommand(changed);
  for (const flag of ['--learn-sigma', '--factor-start orthonormal', '--evaluation rebuild', '--noise-schedule squaredcos_cap_v2', '--prediction x0', '--accumulate 2', '--lr-schedule cosine', '--warmup 3', '--weight-decay 0.1', '--clip 1', '--ema-decay 0.9', '--no-ema-warmup', '--label-dropout 0.2', '--no-flip', '--loss-weighting min-snr', '--backend tfjs-cpu', '--sample-steps 50', '--sample-count 4']) expect(command).toContain(` ${flag}`);
});
