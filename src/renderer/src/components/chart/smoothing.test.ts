import { describe, expect, it } from 'vitest';
import { smooth } from './smoothing';

describe('smooth', () => {
  it('leaves a constant exactly constant at every weight', () => {
    for (const weight of [0, 0.5, 0.9, 0.99, 0.999]) expect(smooth(Array(2000).fill(0.1), weight)).toEqual(Array(2000).fill(0.1));
  });

  it('starts at the first value, without a pull towards zero', () => {
    expect(smooth([5, 5, 7], 0.99)[0]).toBe(5);
  });

  it('is the weighted mean of all values so far', () => {
    const values = [3, -1, 4, 1, 5];
    const w = 0.7;
    values.forEach((_, n) => {
      const weights = values.slice(0, n + 1).map((_v, i) => w ** (n - i));
      const expected = values.slice(0, n + 1).reduce((sum, v, i) => sum + v * weights[i], 0) / weights.reduce((a, b) => a + b);
      expect(smooth(values, w)[n]).toBeCloseTo(expected, 12);
    });
  });

  it('keeps gaps and goes on after them as if they had not been', () => {
    const [a, gap, b] = smooth([2, null, 4], 0.5);
    expect([a, gap]).toEqual([2, null]);
    expect(b).toBe(smooth([2, 4], 0.5)[1]);
    expect(smooth([1, Number.NaN], 0.5)[1]).toBeNull();
  });
});
