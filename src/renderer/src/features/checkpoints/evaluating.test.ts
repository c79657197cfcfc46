import { expect, test } from 'vitest';
import { evaluateParams } from '@shared/protocol';
import { exampleCheckpoint, exampleDataset } from '../../../../../test/helpers/rows';
import { evaluatingProblems, type EvaluatingValues, INITIAL_EVALUATING, toEvaluateCommand, toEvaluation } from './evaluating';

const values = (patch: Partial<EvaluatingValues>): EvaluatingValues => ({ ...INITIAL_EVALUATING, ...patch });

test('the form gives the request that the host takes, and the command that does the same', () => {
  const onnx = values({ features: 'onnx', extractor: ' /models/my dino.onnx ', network: 'dino', samples: undefined, seed: 3, useEma: false });
  expect(evaluateParams.parse(toEvaluation(onnx, 'ckpt-a', 'ds-a'))).toMatchObject({ checkpointId: 'ckpt-a', datasetId: 'ds-a', features: 'onnx', extractor: '/models/my dino.onnx', network: 'dino', samples: 512, seed: 3, useEma: false });
  expect(toEvaluateCommand(onnx, 'ckpt-a', 'ds-a')).toBe("fine-studio evaluate --checkpoint ckpt-a --dataset ds-a --features '/models/my dino.onnx' --network dino --cfg 1 --sampler ddim --steps ddim25 --seed 3 --no-ema");
  // What belongs to another kind of features stays in the form and out of the request.
  expect(toEvaluation(values({ extractor: '/x.onnx', network: 'dino' }), 'ckpt-a', null)).toMatchObject({ features: 'pixels', extractor: undefined, network: undefined, datasetId: undefined });
});

test('what cannot be measured is told beside its field, without asking', () => {
  const dataset = exampleDataset({ images: 500 });
  const fields = (patch: Partial<EvaluatingValues>, of: typeof dataset | undefined = dataset) => evaluatingProblems(values(patch), exampleCheckpoint(), of).map(({ field }) => field);
  expect(fields({})).toEqual([]);
  expect(evaluatingProblems(values({}), exampleCheckpoint(), undefined).map(({ field }) => field)).toEqual(['datasetId']);
  expect(fields({}, exampleDataset({ size: 8, images: 500 }))).toEqual(['datasetId']);
  expect(fields({ samples: 40 })).toEqual(['samples']);
  expect(fields({ samples: 40, features: 'onnx', extractor: '/x.onnx' })).toEqual([]);
  expect(fields({ features: 'onnx' })).toEqual(['extractor']);
  expect(fields({ features: 'classifier' })).toEqual(['features']);
  expect(fields({ steps: 'many', guidanceScale: 101 })).toEqual(['steps', 'guidanceScale']);
});
