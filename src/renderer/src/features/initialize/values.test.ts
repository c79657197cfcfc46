import { expect, it } from 'vitest';
import type { Run } from '@shared/entities';
import { startParams } from '@shared/protocol';
import { fromRun, INITIAL, toCommand, toRequest, tuningRows } from './values';

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

it('copies a run into the form it came from, and tells what was changed since', () => {
  const sigma = { depth: 5, sigmaStart: 'mean', tuneBiases: false, resize: { hiddenSize: 48, heads: 2, patchSize: 4, method: 'select' } };
  const run = { learngeneId: 'lg-1', datasetId: 'd', config: { sigma, train: { steps: 7, batchSize: 3, learningRate: 0.02, seed: 9, emaDecay: 0.8, emaWarmup: false, lossWeighting: 'uniform' } } } as unknown as Run;
  const copy = fromRun(run);
  expect(copy).toMatchObject({ learngeneId: 'lg-1', datasetId: 'd', depths: [5], sigmaStart: 'mean', tuneBiases: false, hiddenSize: 48, heads: 2, patchSize: 4, resizeMethod: 'select', steps: 7, batchSize: 3, learningRate: 0.02, seed: 9, emaDecay: 0.8, emaWarmup: false });
  expect(startParams.safeParse({ kind: 'initialize', params: toRequest(copy) }).success).toBe(true);
  const changed = tuningRows({ ...copy, seed: 10, depths: [5, 6] }, copy).filter((row) => row.value !== row.before);
  expect(changed.map(({ label, value, before }) => [label, value, before])).toEqual([['Depths', '5, 6', '5'], ['Seed', '10', '9']]);
});
