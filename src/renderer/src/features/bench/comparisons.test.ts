import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import { budgetsOf, comparisonsOf, methodOf, rowsOf } from './comparisons';

let at = 0;
const run = (over: Partial<Run>) => ({ id: `run-${++at}`, kind: 'initialize', status: 'completed', groupId: null, learngeneId: 'lg', datasetId: 'd', tags: [], createdAt: at, steps: 300, elapsedMs: 1000, config: { model: { depth: 6 }, ranks: {}, sigma: { depth: 6, sigmaStart: 'line' }, train: { batchSize: 32, seed: 0 } }, result: null, ...over }) as unknown as Run;

test('runs belong together by the comparison’s tag, else by their common start', () => {
  const runs = [run({ groupId: 'g1' }), run({ groupId: 'g1' }), run({ groupId: 'alone' }), run({ groupId: 'g2', tags: ['comparison: Starts'] }), run({})];
  const found = comparisonsOf(runs, () => 'Demo');
  expect(found.map((c) => [c.title, c.runs.length])).toEqual([['Starts', 1], [expect.stringMatching(/^2 sizes from Demo \(/), 2]]);
});

test('a row is one method at one depth, over its seeds', () => {
  const rows = rowsOf([
    run({ result: { lossBefore: 0.1, lossAfter: 0.06, parameters: 1000, trainedParameters: 100 } }),
    run({ result: { lossBefore: 0.1, lossAfter: 0.08, parameters: 1000, trainedParameters: 100 } }),
    run({ kind: 'pretrain', config: { model: { depth: 6 }, ranks: null }, result: { lossBefore: 1, lossAfter: 0.2, parameters: 4000, trainedParameters: 4000 } }),
  ]);
  expect(rows.map((r) => [r.method, r.depth, r.after?.n, r.carried])).toEqual([['FINE, sigma: line over depth', 6, 2, 900], ['Dense from scratch', 6, 1, 0]]);
  expect(rows[0].after?.mean).toBeCloseTo(0.07, 12);
  expect(rows[0].after?.deviation).toBeCloseTo(Math.SQRT2 * 0.01, 12);
});

test('unequal budgets are told apart', () => {
  expect(budgetsOf([run({}), run({})])).toEqual([{ steps: 300, batchSize: 32, datasetId: 'd' }]);
  expect(budgetsOf([run({}), run({ steps: 900 })])).toHaveLength(2);
  expect(methodOf(run({ kind: 'pretrain' }))).toBe('Factors from scratch');
});

const bench = (over: object, rest: Partial<Run> = {}) => run({ kind: 'bench', groupId: 'g9', config: { kind: 'bench', stage: 'target', method: 'fine', sigmaStart: 'line', adaptation: { steps: 100 }, charged: true, pretrainSteps: 500, comparison: 'Mine', sourceRunId: 'run-s', model: { depth: 6 }, train: { batchSize: 32, seed: 0 }, ...over }, ...rest });

test('a run of a comparison says what was carried, tuned and spent; sources belong to none', () => {
  const figures = { lossBefore: 1, lossAfter: 0.5, parameters: 9000, trainedParameters: 9000, carried: 700, tuned: 30 };
  const runs = [bench({}, { result: figures }), bench({ method: 'tleg', sigmaStart: null, adaptation: null }), bench({ sigmaStart: 'random' }), bench({ stage: 'source' }, { groupId: null })];
  const [comparison, ...others] = comparisonsOf(runs, () => undefined);
  expect(others).toEqual([]);
  expect(comparison.title).toMatch(/^Mine \(/);
  expect(rowsOf(comparison.runs).map((r) => [r.method, r.carried, r.trained, r.adaptation, r.pretrained])).toEqual([['FINE', 700, 30, 100, 500], ['TLEG', null, null, 0, 500], ['FINE, sigma: random', null, null, 100, 500]]);
});

test('adaptation on top of the budget is not part of it, and the loss at the charged budget stands beside', () => {
  const [on, none] = [bench({ charged: false }, { steps: 400, result: { lossAfter: 0.5 }, metrics: { chargedLoss: { first: 0.6, last: 0.6, min: 0.6, max: 0.6, count: 1 } } }), bench({ method: 'tleg', adaptation: null, charged: false }, { result: { lossAfter: 0.7 } })];
  expect(budgetsOf([on, none])).toHaveLength(1);
  expect(rowsOf([on, none]).map((r) => [r.after?.mean, r.charged?.mean])).toEqual([[0.5, 0.6], [0.7, 0.7]]);
});
