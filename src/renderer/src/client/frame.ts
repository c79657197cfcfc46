/**
 * One beat for everything live. Whatever came since the last beat is handed over in one animation frame, so that any number of
 * events of any number of runs costs one layout; the first event after a pause is handed over in the next frame.
 */

/** Charts and figures need no sixty pictures a second, and drawing them costs more than the event did. */
export const BEAT_MS = 500;
/** A hidden window gets no frames; it is still brought up to date, twice a second. */
const HIDDEN_MS = 500;
/** Scrolling has the frames to itself: nothing is handed over until it has paused this long ... */
const SCROLL_PAUSE_MS = 150;
/** ... or whoever scrolls has waited this long for news. */
const PATIENCE_MS = 1500;

export interface Batch<T> {
  add(item: T): void;
  stop(): void;
}

const due = new Set<() => void>();
let cancel: (() => void) | null = null;
let last = -Infinity;
let scrolled = -Infinity;

function beat(): void {
  cancel = null;
  last = performance.now();
  const flushes = [...due];
  due.clear();
  for (const flush of flushes) flush();
}

function onFrame(): void {
  // A window that is hidden before the frame comes would wait for ever, hence the timer beside it.
  const frame = requestAnimationFrame(() => (clearTimeout(timer), beat()));
  const timer = setTimeout(() => (cancelAnimationFrame(frame), beat()), HIDDEN_MS);
  cancel = () => (cancelAnimationFrame(frame), clearTimeout(timer));
}

function schedule(since = performance.now()): void {
  const now = performance.now();
  const quiet = Math.min(scrolled + SCROLL_PAUSE_MS, since + PATIENCE_MS);
  const wait = document.hidden ? HIDDEN_MS : Math.max(last + BEAT_MS, quiet) - now;
  if (wait <= 0) return onFrame();
  const timer = setTimeout(() => (document.hidden ? beat() : schedule(since)), wait);
  cancel = () => clearTimeout(timer);
}

/** Calls `flush` with everything added since the last time, on the beat. */
export function frameBatch<T>(flush: (items: T[]) => void): Batch<T> {
  let items: T[] = [];
  const run = () => {
    const batch = items;
    items = [];
    flush(batch);
  };
  return {
    add(item) {
      items.push(item);
      due.add(run);
      if (!cancel) schedule();
    },
    stop() {
      items = [];
      due.delete(run);
      if (due.size > 0) return;
      cancel?.();
      cancel = null;
    },
  };
}

/** Lets live updates give way to scrolling anywhere in the window, until the returned function is called. */
export function followScrolling(): () => void {
  const note = () => void (scrolled = performance.now());
  document.addEventListener('scroll', note, { capture: true, passive: true });
  return () => document.removeEventListener('scroll', note, { capture: true });
}
