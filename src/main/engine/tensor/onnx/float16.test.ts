import { expect, test } from 'vitest';
import { toFloat16 } from './float16';

/** The value of a half, by its definition. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test('every half survives the way there and back', () => {
  const changed: number[] = [];
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromFloat16(bits);
    const back = toFloat16(value);
    if (Number.isNaN(value) ? !Number.isNaN(fromFloat16(back)) : back !== bits) changed.push(bits);
  }
  expect(changed).toEqual([]);
});

test.each([
  [1 + 2 ** -11, 1, 'a tie goes to the even neighbour below'],
  [1 + 3 * 2 ** -11, 1 + 2 ** -9, 'a tie goes to the even neighbour above'],
  [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10, 'above the tie rounds up'],
  [65519, 65504, 'the largest half'],
  [65520, Infinity, 'beyond it infinite'],
  [2 ** -25, 0, 'half the smallest is a tie to zero'],
  [2 ** -25 * 1.01, 2 ** -24, 'and above it the smallest'],
])('%d becomes %d: %s', (value, expected) => {
  expect(fromFloat16(toFloat16(value))).toBe(expected);
});
