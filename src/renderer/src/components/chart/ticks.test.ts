import { expect, it } from 'vitest';
import { tickText, wholeTicks } from './ticks';

const texts = (ticks: number[]) => ticks.map(tickText(ticks, (v) => v.toExponential(0)));

it('writes ticks with the decimals that tell them apart', () => {
  expect(texts([1.126, 1.128, 1.13, 1.132])).toEqual(['1.126', '1.128', '1.130', '1.132']);
  expect(texts([0, 0.0002, 0.0004])).toEqual(['0', '0.0002', '0.0004']);
  expect(texts([-2.5, 0, 2.5])).toEqual(['−2.5', '0', '2.5']);
  expect(texts([0, 50, 100])).toEqual(['0', '50', '100']);
});

it('leaves very large and very small ones to the axis', () => {
  expect(texts([0, 20_000])).toEqual(['0e+0', '2e+4']);
  expect(texts([0, 2e-6])).toEqual(['0e+0', '2e-6']);
});

it('puts no tick between whole numbers on an axis of counts, but for a range within one', () => {
  expect(wholeTicks(1, 3, 6)).toEqual([1, 2, 3]);
  expect(wholeTicks(0, 1000, 6)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(wholeTicks(3.2, 3.8, 6)).toEqual([3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8]);
});
