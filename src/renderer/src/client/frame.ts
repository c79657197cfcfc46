/** Work gathered until the next animation frame, so that any number of events costs one render. */

/** A hidden window gets no frames; it is still brought up to date, twice a second. */
const HIDDEN_MS = 500;

/**
 * Calls `flush` with everything added since the last time: once per frame, and at least `interval` milliseconds apart
 * (charts need no sixty pictures a second, and drawing them costs more than the event did).
 */
export function frameBatch<T>(flush: (items: T[]) => void, interval = 0): { add(item: T): void; stop(): void } {
  let items: T[] = [];
  let cancel: (() => void) | null = null;
  let last = -Infinity;
  const run = () => {
    cancel = null;
    last = performance.now();
    const batch = items;
    items = [];
    flush(batch);
  };
  const schedule = () => {
    const wait = document.hidden ? HIDDEN_MS : last + interval - performance.now();
    if (wait > 0) {
      const timer = setTimeout(run, wait);
      cancel = () => clearTimeout(timer);
      return;
    }
    // A window that is hidden before the frame comes would wait for ever, hence the timer beside it.
    const frame = requestAnimationFrame(() => (clearTimeout(timer), run()));
    const timer = setTimeout(() => (cancelAnimationFrame(frame), run()), HIDDEN_MS);
    cancel = () => (cancelAnimationFrame(frame), clearTimeout(timer));
  };
  return {
    add(item) {
      items.push(item);
      if (!cancel) schedule();
    },
    stop() {
      cancel?.();
      cancel = null;
      items = [];
    },
  };
}
