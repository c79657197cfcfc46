import { expect, it } from 'vitest';
import { startParams } from '@shared/protocol';
import { INITIAL, toCommand, toRequest } from './values';

const filled = { ...INITIAL, learngeneId: 'lg-1', datasetId: 'builtin:emoji', depths: [4, 8] };

it('asks for nothing before learngene, data and sizes are chosen', () => {
  expect(toRequest(INITIAL)).toBeNull();
  expect(toRequest({ ...filled, depths: [] })).toBeNull();
});

it('makes a request that the protocol accepts', () => {
  expect(startParams.safeParse({ kind: 'initialize', params: toRequest(filled) }).success).toBe(true);
  expect(toRequest(filled)).toMatchObject({ depths: [4, 8], sigmaStart: 'line', train: { steps: 300 } });
});

it('says the same as a command', () => {
  expect(toCommand(filled)).toBe('fine-studio initialize --learngene lg-1 --dataset builtin:emoji --depth 4 --depth 8 --steps 300 --lr 0.01 --seed 0');
  expect(toCommand({ ...filled, tuneBiases: false, sigmaStart: 'random' })).toContain('--sigma-start random --no-biases');
  expect(toCommand({ ...filled, hiddenSize: 64, heads: 2, patchSize: 8, resizeMethod: 'select' })).toContain('--depth 8 --hidden 64 --heads 2 --patch 8 --resize select --steps');
});

it('says the average and the weighting as request and command alike', () => {
  const own = { ...filled, emaDecay: 0.95, emaWarmup: false, lossWeighting: 'min-snr' as const };
  expect(toRequest(own)?.train).toMatchObject({ emaDecay: 0.95, emaWarmup: false, lossWeighting: 'min-snr' });
  expect(toCommand(own)).toContain('--ema-decay 0.95 --no-ema-warmup --loss-weighting min-snr');
});
