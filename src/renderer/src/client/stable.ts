import { useMemo, useState } from 'react';

/** `value`, plain data, as the same object as long as its content is the same: for effects and requests that depend on it. */
export function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}

/** `items` as the same array as long as it holds the same objects. */
export function useSameItems<T>(items: readonly T[]): readonly T[] {
  const [kept, setKept] = useState(items);
  if (kept.length === items.length && kept.every((item, i) => item === items[i])) return kept;
  setKept(items);
  return items;
}
