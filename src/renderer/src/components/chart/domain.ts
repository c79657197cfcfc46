/** The range of an axis from what is drawn on it, widened to round numbers. */
import { type ChartRow } from './rows';
import { FINE_ROUND, niceTicks } from './ticks';

export interface Scale {
  domain: [number, number];
  ticks: number[];
}

/** Smallest and largest of all numbers in the rows but x; null when there are none. */
function extent(rows: readonly ChartRow[]): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    for (const key in row) {
      if (key === 'x') continue;
      const value = row[key];
      if (typeof value === 'number') {
        if (value < low) low = value;
        if (value > high) high = value;
      } else if (value) {
        if (value[0] < low) low = value[0];
        if (value[1] > high) high = value[1];
      }
    }
  }
  return low <= high ? [low, high] : null;
}

/** Starts at zero where that costs little of the height. */
export function valueScale(rows: readonly ChartRow[], log: boolean): Scale {
  const found = extent(rows);
  if (!found) return { domain: [0, 1], ticks: [0, 1] };
  let [low, high] = found;
  if (log) {
    const domain: [number, number] = [low / 1.15, high * 1.15];
    return { domain, ticks: niceTicks(domain[0], domain[1], 4, true) };
  }
  if (low === high) {
    const margin = Math.abs(low) * 0.1 || 1;
    [low, high] = [low - margin, high + margin];
  } else if (low > 0 && low < high * 0.4) low = 0;
  const coarse = niceTicks(low, high, 5, false, FINE_ROUND);
  const step = coarse.length > 1 ? coarse[1] - coarse[0] : high - low;
  const domain: [number, number] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const count = Math.round((domain[1] - domain[0]) / step);
  return { domain, ticks: Array.from({ length: count + 1 }, (_, i) => Number((domain[0] + i * step).toPrecision(12))) };
}
