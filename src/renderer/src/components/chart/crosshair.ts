/** Where the pointer stands on the x axis, shared by all charts with the same id. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ChartRow } from './rows';

const store = createStore<{ id: string; x: number | null }>(() => ({ id: '', x: null }));

export function setCrosshair(id: string, x: number | null): void {
  const now = store.getState();
  if (now.id !== id || now.x !== x) store.setState({ id, x });
}

export function useCrosshair(id: string): number | null {
  return useStore(store, (s) => (s.id === id ? s.x : null));
}

/** The row nearest to `x` among rows ordered by x. */
export function nearestRow(rows: readonly ChartRow[], x: number): ChartRow | null {
  let low = 0;
  let high = rows.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rows[middle].x < x) low = middle;
    else high = middle;
  }
  return Math.abs(rows[low].x - x) <= Math.abs(rows[high].x - x) ? rows[low] : rows[high];
}
