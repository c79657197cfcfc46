import { describe, expect, it } from 'vitest';
import { counterRandom, philox4x32, STREAMS } from './index';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('Philox4x32-10', () => {
  // The three known-answer vectors published with Random123.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('counter %j under key %j', (counter, key, words) => {
    expect(hex(philox4x32(counter, key))).toBe(words);
  });
});

describe('counterRandom', () => {
  it('is a pure function of seed, stream, step and index', () => {
    const a = counterRandom(7, STREAMS.noise, 100);
    const first = a.normals(50);
    a.uniforms(3);
    expect(a.normals(20)).toEqual(first.slice(0, 20));
    expect(counterRandom(7, STREAMS.noise, 100).normals(50)).toEqual(first);
    for (const other of [counterRandom(8, STREAMS.noise, 100), counterRandom(7, STREAMS.sampling, 100), counterRandom(7, STREAMS.noise, 101), counterRandom(7 + 2 ** 32, STREAMS.noise, 100), counterRandom(7, STREAMS.noise, 100 + 2 ** 32)])
      expect(other.normals(50)).not.toEqual(first);
  });

  it('draws normals with the moments, tails and independence of N(0, 1)', () => {
    const n = 200_000;
    const x = counterRandom(1, STREAMS.noise, 0).normals(n);
    const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / n;
    // Five standard errors of each sample moment.
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const beyondTwo = x.filter((value) => Math.abs(value) > 2).length / n;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(5 * Math.sqrt(0.0455 / n));
    for (const lag of [1, 2, 4]) {
      let sum = 0;
      for (let i = lag; i < n; i++) sum += x[i] * x[i - lag];
      expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  it('draws uniforms in [0, 1) and integers over the whole range, evenly', () => {
    const n = 60_000;
    const u = counterRandom(3, STREAMS.flip, 2).uniforms(n);
    expect(Math.min(...u.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u.slice(0, 10_000))).toBeLessThan(1);
    const counts = [0, 0, 0, 0, 0, 0];
    for (const value of counterRandom(3, STREAMS.timestep, 2).integers(n, 6)) counts[value]++;
    const chi2 = counts.reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
    expect(chi2).toBeLessThan(20.5); // the 0.999 quantile at 5 degrees of freedom
    expect(Math.max(...counterRandom(3, STREAMS.timestep, 2).integers(20_000, 1000))).toBe(999);
    expect(() => counterRandom(3, STREAMS.timestep, 2).integers(1, 0)).toThrow(/max/);
  });

  it('permutes', () => {
    const p = counterRandom(5, STREAMS.dataOrder, 0).permutation(1000);
    expect([...p].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(p).not.toEqual(counterRandom(5, STREAMS.dataOrder, 1).permutation(1000));
    expect(counterRandom(5, STREAMS.dataOrder, 0).permutation(0)).toHaveLength(0);
    // Position of element 0 over many permutations of 4: all equally likely.
    const counts = [0, 0, 0, 0];
    for (let step = 0; step < 8000; step++) counts[counterRandom(5, STREAMS.dataOrder, step).permutation(4).indexOf(0)]++;
    const chi2 = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chi2).toBeLessThan(16.3);
  });

  it('numbers its streams once each', () => {
    const numbers = Object.values(STREAMS);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThan(2 ** 23);
  });

  it('refuses a seed or step that is no counter', () => {
    for (const bad of [-1, 0.5, NaN, 2 ** 53]) expect(() => counterRandom(bad, STREAMS.noise, 0)).toThrow(/seed/);
    expect(() => counterRandom(0, STREAMS.noise, -1)).toThrow(/step/);
  });
});
