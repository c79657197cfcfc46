import { expect, test } from 'vitest';
import type { Run } from '@shared/entities';
import { budgetsOf, comparisonsOf, methodOf, rowsOf, spread, tagOf } from './comparisons';

let at = 0;
const run = (over: Partial<Run>) => ({ id: `run-${++at}`, kind: 'initialize', status: 'completed', groupId: null, learngeneId: 'lg', datasetId: 'd', tags: [], createdAt: at, steps: 300, elapsedMs: 1000, config: { model: { depth: 6 }, ranks: {}, sigma: { depth: 6, sigmaStart: 'line' }, train: { batchSize: 32, seed: 0 } }, result: null, ...over }) as unknown as Run;

test('runs belong together by the comparison’s tag, else by their common start', () => {
  const runs = [run({ groupId: 'g1' }), run({ groupId: 'g1' }), run({ groupId: 'alone' }), run({ groupId: 'g2', tags: [tagOf('Starts')] }), run({})];
  const found = comparisonsOf(runs, () => 'Demo');
  expect(found.map((c) => [c.title, c.runs.length])).toEqual([['Starts', 1], [expect.stringMatching(/^2 sizes from Demo, /), 2]]);
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

test('the spread leaves out what is missing and needs two values', () => {
  expect(spread([null, 3])).toEqual({ mean: 3, deviation: null, n: 1 });
  expect(spread([null])).toBeNull();
});

test('unequal budgets are told apart', () => {
  expect(budgetsOf([run({}), run({})])).toEqual([{ steps: 300, batchSize: 32, datasetId: 'd' }]);
  expect(budgetsOf([run({}), run({ steps: 900 })])).toHaveLength(2);
  expect(methodOf(run({ kind: 'pretrain' }))).toBe('Factors from scratch');
});
