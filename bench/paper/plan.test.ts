import { expect, test } from 'vitest';
import { smokePlan, standardPlan } from './plan';

test('more time makes the comparison longer, and only that', () => {
  const [short, long] = [standardPlan(20, 2, 12), standardPlan(60, 2, 12)];
  expect(short.pretrainSteps).toBeGreaterThan(500);
  expect(long.pretrainSteps).toBeGreaterThan(2 * short.pretrainSteps);
  expect({ ...long, pretrainSteps: 0, targetSteps: 0, adaptSteps: 0 }).toEqual({ ...short, pretrainSteps: 0, targetSteps: 0, adaptSteps: 0 });
});

test('charging the adaptation always leaves free steps', () => {
  for (const plan of [smokePlan(), standardPlan(0.1, 1, 100), standardPlan(20, 2, 12), standardPlan(1000, 8, 5)]) {
    expect(plan.adaptSteps).toBeGreaterThan(0);
    expect(plan.adaptSteps).toBeLessThanOrEqual(plan.targetSteps / 2);
  }
});
