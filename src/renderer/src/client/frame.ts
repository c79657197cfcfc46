/** Work gathered until the next animation frame, so that any number of events costs one render. */

/** A hidden window gets no frames; it is still brought up to date, twice a second. */
const HIDDEN_MS = 500;

/** Calls `flush` with everything added since the last time, at most once per frame. */
export function frameBatch<T>(flush: (items: T[]) => void): { add(item: T): void; stop(): void } {
  let items: T[] = [];
  let cancel: (() => void) | null = null;
  const run = () => {
    cancel = null;
    const batch = items;
    items = [];
    flush(batch);
  };
  return {
    add(item) {
      items.push(item);
      if (cancel) return;
      if (document.hidden) {
        const timer = setTimeout(run, HIDDEN_MS);
        cancel = () => clearTimeout(timer);
      } else {
        // A window that is hidden before the frame comes would wait for ever, hence the timer beside it.
        const frame = requestAnimationFrame(() => (clearTimeout(timer), run()));
        const timer = setTimeout(() => (cancelAnimationFrame(frame), run()), HIDDEN_MS);
        cancel = () => (cancelAnimationFrame(frame), clearTimeout(timer));
      }
    },
    stop() {
      cancel?.();
      cancel = null;
      items = [];
    },
  };
}
