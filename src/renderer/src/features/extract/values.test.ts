import { expect, it } from 'vitest';
import type { Checkpoint, Run } from '@shared/entities';
import { METHODS, startParams } from '@shared/protocol';
import { decompositionProblems, fromRun, INITIAL, ranksFor, toCommand, toDistillation, toExtraction, ways } from './values';

const model = { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 64, depth: 4, heads: 4, mlpRatio: 4, numClasses: 9, learnSigma: false };
const dense = { id: 'ckpt-1', form: 'dense', ranks: null, model, diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' } } as Checkpoint;
const ranks = { qkv: 32, proj: 32, fc1: 32, fc2: 32, adaLN: 32 };
const distilled = { ...INITIAL, way: 'distill' as const, datasetId: 'builtin:emoji', steps: 500 };

it('takes a factorised checkpoint as it is, whatever was chosen for a dense one before', () => {
  const factorised = { ...dense, form: 'factorised', ranks } as Checkpoint;
  expect(ways(distilled, factorised)).toBe('direct');
  expect(toExtraction({ ...INITIAL, rank: 8 }, factorised)).toEqual({ checkpointId: 'ckpt-1', name: undefined });
  expect(toCommand(distilled, factorised)).toBe('fine-studio extract --checkpoint ckpt-1');
  expect(ranksFor({ ...INITIAL, rank: 8 }, factorised)).toEqual(ranks);
});

it('decomposes a dense one at one rank or at one per type', () => {
  expect(METHODS['learngenes.extract'][0].safeParse(toExtraction(INITIAL, dense)).success).toBe(true);
  expect(toExtraction(INITIAL, dense)).toMatchObject({ rank: 64, iterations: 40 });
  const perType = { ...INITIAL, rankPerType: true, rank: 32, ranks: { qkv: 48 } };
  expect(toExtraction(perType, dense)).toMatchObject({ rank: { ...ranks, qkv: 48 } });
  expect(toCommand(perType, dense)).toBe('fine-studio extract --checkpoint ckpt-1 --rank qkv=48,proj=32,fc1=32,fc2=32,adaLN=32 --iterations 40');
});

it('distils with a request that the protocol accepts, once pictures are chosen', () => {
  expect(toDistillation(INITIAL, dense)).toBeNull();
  expect(startParams.safeParse({ kind: 'distill', params: toDistillation(distilled, dense) }).success).toBe(true);
  expect(toCommand({ ...distilled, rank: 32 }, dense)).toBe('fine-studio distill --checkpoint ckpt-1 --dataset builtin:emoji --rank 32 --iterations 40 --steps 500 --lr 0.001 --seed 0 --checkpoint-every 200');
});

it('does not distil what predicts the picture', () => {
  const x0 = { ...dense, diffusion: { ...dense.diffusion, prediction: 'x0' } } as Checkpoint;
  expect(ways(distilled, x0)).toBe('decompose');
});

it('says beside which field a decomposition cannot be', () => {
  expect(decompositionProblems(INITIAL, dense)).toEqual([]);
  expect(decompositionProblems({ ...INITIAL, rank: 65 }, dense)).toMatchObject([{ field: 'rank', hint: 'Choose a rank of at most 64.' }]);
  expect(decompositionProblems({ ...INITIAL, rankPerType: true, ranks: { proj: 0, fc1: 65 } }, dense).map((p) => p.field)).toEqual(['rank.proj']);
  expect(decompositionProblems({ ...INITIAL, iterations: 0 }, dense).map((p) => p.field)).toEqual(['iterations']);
});

it('copies a distillation into the form it came from', () => {
  const run = { checkpointId: 'ckpt-1', datasetId: 'd', config: { ranks, iterations: 3, train: { steps: 7 } } } as unknown as Run;
  expect(fromRun(run)).toMatchObject({ checkpointId: 'ckpt-1', datasetId: 'd', way: 'distill', rank: 32, rankPerType: false, iterations: 3, steps: 7 });
  expect(toDistillation(fromRun({ ...run, config: { ...run.config, ranks: { ...ranks, qkv: 48 } } }), dense)?.rank).toEqual({ ...ranks, qkv: 48 });
});
