import { expect, test } from 'vitest';
import { startParams } from '@shared/protocol';
import { INITIAL, toCommand, toRequest } from './values';

const filled = { ...INITIAL, datasetId: 'builtin:emoji' };

test('a filled form is a request that the host takes, with what the chosen methods need and no more', () => {
  expect(toRequest(INITIAL)).toBeNull();
  expect(startParams.safeParse({ kind: 'bench', params: toRequest(filled) }).success).toBe(true);
  expect(toRequest({ ...filled, denseCheckpointId: 'ckpt-a', fineSourceId: 'lg-a', hiddenSize: 64 })).toMatchObject({ denseCheckpointId: undefined, learngeneId: 'lg-a', seeds: [0, 1] });
  expect(toRequest({ ...filled, fineSourceId: 'lg-a', hiddenSize: 64 })).not.toHaveProperty('hiddenSize');
  expect(toRequest({ ...filled, methods: ['ligo'], denseCheckpointId: 'ckpt-a', fineSourceId: 'ckpt-b', adaptation: { ligo: { steps: 5 }, fine: { steps: 7 } } })).toMatchObject({ denseCheckpointId: 'ckpt-a', sigmaStarts: undefined, adaptation: { ligo: { steps: 5 } } });
  expect(toRequest({ ...filled, fineSourceId: 'ckpt-b' })).toMatchObject({ factorisedCheckpointId: 'ckpt-b' });
});

test('and a command that says the same', () => {
  expect(toCommand(filled)).toBe('fine-studio bench --dataset builtin:emoji --methods scratch,tleg,fine --depths 4,8 --seeds 0,1 --steps 1000 --lr 0.001');
  expect(toCommand({ ...filled, seeds: 1, sigmaStarts: ['line', 'random'], chargeAdaptation: false, adaptation: { fine: { steps: 100, learningRate: 0.02 } }, fineSourceId: 'lg-a' })).toBe(
    'fine-studio bench --dataset builtin:emoji --methods scratch,tleg,fine --depths 4,8 --seeds 0 --steps 1000 --lr 0.001 --learngene lg-a --sigma-starts line,random --adapt fine=100 --adapt-lr fine=0.02 --uncharged',
  );
});
