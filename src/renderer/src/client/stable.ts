import { useMemo } from 'react';

/** `value`, plain data, as the same object as long as its content is the same: for effects and requests that depend on it. */
export function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}
