import { describe, expect, test } from 'vitest';
import { guide, guidedForward } from './guidance';

/** One value per channel: [2M, Cout, 1, 1]. */
const CONDITIONAL = [1, 2, 3, 4, 10];
const NULL = [0, 1, 1, 1, 20];
const output = Float32Array.from([...CONDITIONAL, ...NULL]);

describe('guide', () => {
  test('three channels, the others pass through in both halves', () => {
    expect(Array.from(guide(output, 2, 5, { scale: 2, channels: 'three', inChannels: 4 }))).toEqual([2, 3, 5, 4, 10, 2, 3, 5, 1, 20]);
  });

  test('all predicted channels, never those of the variance', () => {
    expect(Array.from(guide(output, 2, 5, { scale: 2, channels: 'all', inChannels: 4 }))).toEqual([2, 3, 5, 7, 10, 2, 3, 5, 7, 20]);
  });

  test('of a picture of one channel three takes the variance in, as the official code does, and all does not', () => {
    const grey = Float32Array.of(1, 8, 0, 9);
    expect(Array.from(guide(grey, 2, 2, { scale: 3, channels: 'three', inChannels: 1 }))).toEqual([3, 6, 3, 6]);
    expect(Array.from(guide(grey, 2, 2, { scale: 3, channels: 'all', inChannels: 1 }))).toEqual([3, 8, 3, 9]);
    expect(Array.from(guide(Float32Array.of(1, 0), 2, 1, { scale: 3, channels: 'three', inChannels: 1 }))).toEqual([3, 3]);
  });

  test('scale 1 is the conditional prediction, scale 0 that of the null class', () => {
    expect(Array.from(guide(output, 2, 5, { scale: 1, channels: 'all', inChannels: 4 }).slice(0, 4))).toEqual([1, 2, 3, 4]);
    expect(Array.from(guide(output, 2, 5, { scale: 0, channels: 'all', inChannels: 4 }).slice(0, 4))).toEqual([0, 1, 1, 1]);
  });

  test('does not change what it was given, and refuses an odd batch', () => {
    const given = output.slice();
    guide(given, 2, 5, { scale: 2, channels: 'all', inChannels: 4 });
    expect(given).toEqual(output);
    expect(() => guide(output, 1, 5, { scale: 2, channels: 'all', inChannels: 4 })).toThrow('even batch');
  });
});

test('guidedForward asks for the same images with their classes and with the null class', async () => {
  const asked: { x: number[]; t: number; y: number[] }[] = [];
  const forward = (x: Float32Array, t: number, y: Int32Array): Promise<Float32Array> => {
    asked.push({ x: Array.from(x), t, y: Array.from(y) });
    return Promise.resolve(Float32Array.from(y, (label) => label));
  };
  const out = await guidedForward(forward, [3, 4], 7, 1, { scale: 2, channels: 'all', inChannels: 1 })(Float32Array.of(0.5, -0.5), 120);
  expect(asked).toEqual([{ x: [0.5, -0.5, 0.5, -0.5], t: 120, y: [3, 4, 7, 7] }]);
  expect(Array.from(out)).toEqual([-1, 1]);
});
