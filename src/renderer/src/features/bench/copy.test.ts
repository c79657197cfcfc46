import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import { fromComparison } from './copy';

const model = { inputSize: 32, patchSize: 8, inChannels: 3, hiddenSize: 32, depth: 2, heads: 2, mlpRatio: 4, numClasses: 9, learnSigma: false };
const target = (method: string, over: { depth?: number; seed?: number; sourceRunId?: string | null; checkpointId?: string | null; learngeneId?: string | null; adaptation?: object | null; sigmaStart?: string | null; charged?: boolean; steps?: number } = {}) => {
  const { depth = 2, seed = 0, sourceRunId = null, checkpointId = null, learngeneId = null, adaptation = null, sigmaStart = null, charged = true, steps = 500 } = over;
  return {
    kind: 'bench', datasetId: 'd', checkpointId, learngeneId, steps, tags: [],
    config: { stage: 'target', method, model: { ...model, depth }, train: { steps, batchSize: 16, learningRate: 2e-3, seed }, sourceRunId, adaptation, sigmaStart, charged, comparison: 'Mine' },
  } as unknown as Run;
};
const source = { kind: 'pretrain', config: { model: { ...model, depth: 6 }, train: { steps: 700, learningRate: 5e-4, seed: 4 } } } as unknown as Run;

test('a comparison whose sources were trained for it has them trained again, in the same size', () => {
  // A run that has begun carries the checkpoint of its source.
  const trained = { sourceRunId: 'run-s', checkpointId: 'ckpt-run-s' };
  const runs = [target('scratch', { seed: 1 }), target('select-first', trained), target('fine', { ...trained, depth: 4, sigmaStart: 'mean', adaptation: { steps: 300, learningRate: 0.01 } })];
  expect(fromComparison({ runs, sources: [source] })).toMatchObject({
    name: 'Mine copy', datasetId: 'd', methods: ['scratch', 'select-first', 'fine'], denseCheckpointId: null, fineSourceId: null, hiddenSize: 32, heads: 2, patchSize: 8, sourceDepth: 6,
    sourceSteps: 700, sourceLearningRate: 5e-4, sourceSeed: 4, depths: [2, 4], seeds: 2, steps: 500, batchSize: 16, learningRate: 2e-3, sigmaStarts: ['mean'], chargeAdaptation: true, adaptation: { fine: { steps: 300, learningRate: 0.01 } },
  });
});

test('a chosen source is chosen again; adaptation on top of the budget, or left out, is so again', () => {
  const runs = [target('ligo', { checkpointId: 'ckpt-a', charged: false, adaptation: { steps: 100, learningRate: 1e-3 }, steps: 600 }), target('fine', { learngeneId: 'lg-a', charged: false, sigmaStart: 'line' }), { ...target('scratch'), kind: 'pretrain' } as Run];
  const copied = fromComparison({ runs, sources: [] });
  expect(copied).toMatchObject({ denseCheckpointId: 'ckpt-a', fineSourceId: 'lg-a', steps: 500, chargeAdaptation: false, factors: true, adaptation: { ligo: { steps: 100 }, fine: { steps: 0 } } });
  expect(copied?.hiddenSize).toBeUndefined();
});

test('runs that were merely started together are no comparison to copy', () => {
  expect(fromComparison({ runs: [{ ...target('fine'), kind: 'initialize' } as Run], sources: [] })).toBeNull();
});
