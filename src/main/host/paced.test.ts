import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { paced } from './paced';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function telling() {
  const told: number[] = [];
  return { told, pace: paced<number>(200, (value) => void told.push(value)) };
}

it('tells the first at once and then the latest of each interval', () => {
  const { told, pace } = telling();
  for (let i = 0; i < 95; i++) {
    pace.add(i);
    vi.advanceTimersByTime(10);
  }
  // The timer fires between two values: what is told is the last that came before.
  expect(told).toEqual([0, 19, 39, 59, 79]);
  pace.flush();
  expect(told.at(-1)).toBe(94);
});

it('tells what is urgent at once, and nothing older after it', () => {
  const { told, pace } = telling();
  pace.add(1);
  pace.add(2);
  pace.add(3, true);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1, 3]);
});

it('tells what waits when asked to, once', () => {
  const { told, pace } = telling();
  pace.add(1);
  pace.add(2);
  pace.flush();
  pace.flush();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1, 2]);
});
