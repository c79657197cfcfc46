import { expect, test } from 'vitest';
import { balancedIndices } from './preview';
import { fromModelRange, toModelRange } from './range';
import { splitHeldOut } from './split';

test('model range: channels first, -1 and 1 at the ends, and back without loss', () => {
  const images = Uint8Array.from({ length: 2 * 4 * 4 * 3 }, (_, i) => (i * 37) % 256);
  const x = toModelRange(images, [1, 0], { size: 4, channels: 3 });
  expect(x[0]).toBeCloseTo(images[48] / 127.5 - 1, 6);
  expect(x[16]).toBeCloseTo(images[49] / 127.5 - 1, 6); // green plane of the first pixel
  expect(fromModelRange(x, { size: 4, channels: 3 })).toEqual(Uint8Array.from([...images.subarray(48), ...images.subarray(0, 48)]));
  expect([...toModelRange(Uint8Array.of(0, 255, 0), [0], { size: 1, channels: 3 })]).toEqual([-1, 1, -1]);
});

test('a flip mirrors left and right only', () => {
  const images = Uint8Array.from({ length: 9 }, (_, i) => i);
  const x = fromModelRange(toModelRange(images, [0], { size: 3, channels: 1 }, [1]), { size: 3, channels: 1 });
  expect([...x]).toEqual([2, 1, 0, 5, 4, 3, 8, 7, 6]);
});

test('the split takes a tenth of each class, does not depend on the order, and never is empty', () => {
  const ids = Array.from({ length: 130 }, (_, i) => `p${i}`);
  const labels = ids.map((_, i) => (i < 100 ? 0 : 1));
  const heldOut = splitHeldOut(ids, labels);
  expect(heldOut.filter((i) => i < 100)).toHaveLength(10);
  expect(heldOut.filter((i) => i >= 100)).toHaveLength(3);
  const reversed = splitHeldOut([...ids].reverse(), [...labels].reverse());
  expect(new Set(reversed.map((i) => ids[129 - i]))).toEqual(new Set(heldOut.map((i) => ids[i])));
  expect(splitHeldOut(['a', 'b'], [0, 1])).toHaveLength(1);
  expect(splitHeldOut(['a'], [0])).toEqual([]);
});

test('the preview is balanced over classes', () => {
  const labels = [...Array.from({ length: 100 }, () => 0), 1, 1, ...Array.from({ length: 50 }, () => 2)];
  const chosen = balancedIndices(labels, 20);
  expect(chosen.map((i) => labels[i]).reduce((n, l) => ((n[l]++), n), [0, 0, 0])).toEqual([9, 2, 9]);
  expect(new Set(chosen).size).toBe(20);
});
