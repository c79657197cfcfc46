/** Which steps of the full process a shorter sampling run visits; the rules of the official DiT's `timestep_respacing`. */
import { AppError } from '../../../shared/errors';

const FIELD = 'steps';

/**
 * Ascending timesteps out of 0 .. total-1 for
 * - `''`: all of them;
 * - `'50'`: that many, evenly spread from the first to the last;
 * - `'10,15,20'`: the process cut into equal sections, with that many steps in each;
 * - `'ddim25'`: every k-th step from 0, k the smallest that gives exactly that many (Song et al. 2021); stops short of the end.
 * Throws `invalid-input` when the count cannot be reached.
 */
export function respacedTimesteps(total: number, spec: string): number[] {
  if (spec === '') return Array.from({ length: total }, (_, i) => i);
  const ddim = /^ddim(\d+)$/.exec(spec);
  if (ddim) return ddimTimesteps(total, Number(ddim[1]));
  if (!/^\d+(,\d+)*$/.test(spec)) {
    throw new AppError('invalid-input', `"${spec}" is not a number of steps.`, { field: FIELD, hint: 'Give a count such as 50, or ddim25.' });
  }
  return sections(total, spec.split(',').map(Number));
}

/** Every N for which `ddimN` exists, ascending. */
export function reachableDdimCounts(total: number): number[] {
  const counts = new Set<number>();
  for (let stride = 1; stride < total; stride++) counts.add(Math.ceil(total / stride));
  return [...counts].sort((a, b) => a - b);
}

function ddimTimesteps(total: number, count: number): number[] {
  for (let stride = 1; stride < total; stride++) {
    if (Math.ceil(total / stride) === count) return Array.from({ length: count }, (_, i) => i * stride);
  }
  const reachable = reachableDdimCounts(total);
  const below = reachable.filter((n) => n < count).slice(-3);
  const above = reachable.filter((n) => n > count).slice(0, 3);
  throw new AppError('invalid-input', `ddim${count} does not exist for ${total} timesteps: no whole stride visits exactly ${count} of them.`, {
    field: FIELD,
    hint: `The nearest that exist are ${[...below, ...above].map((n) => `ddim${n}`).join(', ')}; or write ${Math.min(Math.max(count, 1), total)} for evenly spread steps.`,
    details: { reachable },
  });
}

function sections(total: number, counts: number[]): number[] {
  const size = Math.floor(total / counts.length);
  const larger = total % counts.length;
  const timesteps: number[] = [];
  let start = 0;
  counts.forEach((count, section) => {
    const length = size + (section < larger ? 1 : 0);
    if (count < 1 || count > length) {
      const where = counts.length === 1 ? `The process has ${total} timesteps` : `Section ${section + 1} of the process has ${length} timesteps`;
      throw new AppError('invalid-input', `${where}, so ${count} steps cannot be taken from it.`, { field: FIELD, hint: `Choose between 1 and ${length}.` });
    }
    const stride = count === 1 ? 1 : (length - 1) / (count - 1);
    // The position is accumulated, not multiplied: its rounding errors decide which way a half goes.
    let position = 0;
    for (let i = 0; i < count; i++) {
      timesteps.push(start + roundHalfToEven(position));
      position += stride;
    }
    start += length;
  });
  return timesteps;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
