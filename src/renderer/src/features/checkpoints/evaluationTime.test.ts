import { expect, test } from 'vitest';
import type { Evaluation } from '@shared/entities';
import { exampleCheckpoint } from '../../../../../test/helpers/rows';
import { INITIAL_EVALUATING } from './evaluating';
import { evaluationMs } from './evaluationTime';

const checkpoint = exampleCheckpoint();
const earlier = { checkpointId: checkpoint.id, featureKind: 'pixels', samples: 512, steps: 'ddim25', guidanceScale: 1, elapsedMs: 10_000 } as Evaluation;

test('twice the pictures take twice as long as the earlier evaluation; of other features it says nothing', () => {
  const ms = (over: Partial<typeof INITIAL_EVALUATING>) => evaluationMs({ ...INITIAL_EVALUATING, ...over }, checkpoint, [earlier], [checkpoint], [], null);
  expect(ms({})).toBeCloseTo(10_000);
  expect(ms({ samples: 1024 })).toBeCloseTo(20_000);
  expect(ms({ features: 'classifier' })).toBeNull();
  expect(ms({ steps: 'many' })).toBeNull();
});

test('without an earlier one it goes by the speed of the machine', () => {
  expect(evaluationMs(INITIAL_EVALUATING, checkpoint, [], [checkpoint], [], 50)).toBeGreaterThan(0);
});
