import { expect, test } from 'vitest';
import { beforeOf, moved } from './order';

test('a run moves up, down and no further than the ends', () => {
  const order = ['a', 'b', 'c'];
  expect(moved(order, 'c', 0)).toEqual(['c', 'a', 'b']);
  expect(moved(order, 'a', 1)).toEqual(['b', 'a', 'c']);
  expect(moved(order, 'a', 9)).toEqual(['b', 'c', 'a']);
  expect(moved(order, 'a', -1)).toBe(order);
  expect(moved(order, 'gone', 1)).toBe(order);
});

test('the host is told which run comes after', () => {
  expect(beforeOf(['c', 'a', 'b'], 'c')).toBe('a');
  expect(beforeOf(['c', 'a', 'b'], 'b')).toBeNull();
});
