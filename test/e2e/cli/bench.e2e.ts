import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, temporaryFolders } from '../support/application';
import { makePictures } from '../support/pictures';

const folders = temporaryFolders();
let home: string;
let dataset: string;

async function fine(...args: string[]): Promise<Record<string, any>> {
  const result = await runCli([...args, '--home', home, '--json']);
  expect(result.code, result.stderr).toBe(0);
  return result.json;
}

const TINY = ['--hidden', '32', '--heads', '2', '--patch', '8', '--source-depth', '2', '--source-steps', '6', '--batch', '8', '--sample-every', '0'];

beforeAll(async () => {
  home = folders.make('bench-home');
  const pictures = await makePictures(join(folders.make('bench-work'), 'pictures'), 20);
  ({ dataset } = await fine('datasets', 'add', pictures, '--size', '16'));
});

afterAll(() => folders.remove());

describe('a comparison from the command line', () => {
  let first: Record<string, any>;

  it('trains what is missing, runs every method with every seed within one budget, and gives one table', async () => {
    first = await fine('bench', '--dataset', dataset, '--methods', 'scratch,tleg,fine', '--depths', '2', '--seeds', '0,1', '--steps', '12', '--adapt', 'fine=4', ...TINY);
    expect(first.failed).toEqual([]);
    expect(first.sources.map((s: { name: string }) => s.name)).toEqual(['Source: TLEG 32×2', 'Source: factors 32×2']);
    expect(first.rows).toHaveLength(3);
    for (const row of first.rows) {
      expect(row).toMatchObject({ depth: 2, completed: 2, seeds: [0, 1], adaptationSteps: row.method === 'fine' ? 4 : 0, freeSteps: row.method === 'fine' ? 8 : 12, pretrainSteps: row.method === 'scratch' ? 0 : 6 });
      expect(row.lossAfter).toMatchObject({ mean: expect.any(Number), deviation: expect.any(Number), n: 2 });
      expect(row.carried > 0).toBe(row.method !== 'scratch');
      expect(row.lossCharged).toEqual(row.lossAfter);
    }
  });

  it('takes the sources again, charges nothing when asked, and says so in a table for people', async () => {
    const { code, stdout, stderr } = await runCli(['bench', '--dataset', dataset, '--methods', 'tleg,fine', '--factors', '--depths', '2', '--steps', '12', '--adapt', 'fine=4', '--adapt-lr', 'fine=0.02', '--uncharged', ...TINY, '--home', home]);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('Source:');
    expect(stdout).toMatch(/depth +method +seeds +loss before +loss after +adaptation charged/);
    expect(stdout).toMatch(/FINE +1\/1 +0?\.?\d[^\n]*4 \+ 12/);
    expect(stdout).toMatch(/Factors from scratch +1\/1/);
    expect(stdout).toMatch(/Comparison grp-/);
  });

  it('shows a comparison again', async () => {
    const again = await fine('bench', '--continue', first.comparison);
    expect(again.rows).toEqual(first.rows);
  });

  it.each([
    ['a method that there is not', ['--methods', 'magic', '--depths', '2'], /none of scratch/],
    ['an adaptation that fills the budget', ['--methods', 'fine', '--depths', '2', '--steps', '50'], /nothing is left for free training/],
    ['a factorised model for a dense one', ['--methods', 'ligo', '--depths', '2', '--dense', 'FACTORISED'], /is factorised/],
    ['nothing to compare on', ['--methods', 'scratch'], /--depths is missing/],
    ['a comparison that there is not', ['--continue', 'grp-nothing'], /no comparison/],
  ])('refuses %s', async (_what, args, message) => {
    const { checkpoint } = first.sources.find((source: { name: string }) => source.name === 'Source: factors 32×2');
    const result = await runCli(['bench', '--dataset', dataset, ...args.map((arg) => (arg === 'FACTORISED' ? checkpoint : arg)), '--home', home, '--json']);
    expect(result.code).toBe(1);
    expect(result.json.error.message).toMatch(message);
  });

  it('has started nothing of what it refused', async () => {
    expect((await fine('runs', 'list')).total).toBe(11);
  });
});
