import { expect, test } from 'vitest';
import type { Evaluation } from '@shared/entities';
import { exampleRun } from '../../../../../test/helpers/rows';
import { qualityOf } from './quality';

const evaluated = (name: string, value: number) => ({ figures: [{ metric: 'fd', name, value, better: 'lower', floor: null }] }) as unknown as Evaluation;
const run = (n: number) => exampleRun({ id: `run-${n}`, result: { checkpointId: `ckpt-${n}` } });

test('figures of one name are averaged over the seeds, those of other features left out', () => {
  const evaluations = new Map([['ckpt-1', evaluated('FD-512 (a)', 10)], ['ckpt-2', evaluated('FD-512 (a)', 14)], ['ckpt-3', evaluated('FID-512 (b)', 1000)]]);
  expect(qualityOf([run(1), run(2), run(3), run(4), exampleRun()], evaluations)).toEqual({ name: 'FD-512 (a)', value: { mean: 12, deviation: Math.sqrt(8), n: 2 } });
  expect(qualityOf([run(3)], evaluations)).toMatchObject({ name: 'FID-512 (b)', value: { mean: 1000, deviation: null } });
  expect(qualityOf([run(4)], evaluations)).toBeNull();
});
