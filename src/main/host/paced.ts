/** What changes faster than anybody reads: the latest value now and then instead of every one. */
export interface Paced<T> {
  /** Told at once when nothing was told for the interval or the value is urgent; otherwise the latest is told when the interval ends. */
  add(value: T, urgent?: boolean): void;
  /** Tells what still waits. */
  flush(): void;
}

/** @param interval least time between two tellings, milliseconds */
export function paced<T>(interval: number, tell: (value: T) => void): Paced<T> {
  let waiting: { value: T } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let last = -Infinity;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = null;
    last = performance.now();
    tell(value);
  };
  return {
    add(value, urgent = false) {
      waiting = { value };
      const wait = urgent ? 0 : last + interval - performance.now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    flush,
  };
}
