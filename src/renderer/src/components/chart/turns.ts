/** Charts that have something new are drawn one per frame: four of them in one would make it long enough to be seen. */
import { startTransition, useEffect, useState } from 'react';

/** A hidden window gets no frames. */
const HIDDEN_MS = 500;

const waiting = new Set<() => void>();
let scheduled = false;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  const next = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    scheduled = false;
    const [first] = waiting;
    if (!first) return;
    waiting.delete(first);
    first();
    if (waiting.size > 0) schedule();
  };
  const frame = requestAnimationFrame(next);
  const timer = setTimeout(next, HIDDEN_MS);
}

/** `value` as of this chart's last turn. */
export function useTurn<T>(value: T): T {
  const [shown, setShown] = useState(value);
  useEffect(() => {
    if (value === shown) return;
    const take = () => startTransition(() => setShown(value));
    waiting.add(take);
    schedule();
    return () => void waiting.delete(take);
  }, [value, shown]);
  return shown;
}
