const ROUND = [1, 2, 5, 10] as const;
/** For values that need not be whole. */
export const FINE_ROUND = [1, 2, 2.5, 5, 10] as const;

/** Round positions for the ticks of an axis: 1, 2 or 5 times a power of ten; powers of ten on a logarithmic one that has two of them. */
export function niceTicks(from: number, to: number, about: number, log = false, round: readonly number[] = ROUND): number[] {
  if (!(to > from)) return [from];
  if (log && from > 0) {
    const out: number[] = [];
    for (let p = Math.ceil(Math.log10(from)); p <= Math.floor(Math.log10(to)); p++) out.push(10 ** p);
    if (out.length >= 2) return out;
  }
  const raw = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (round.find((m) => m * power >= raw) ?? 10);
  const out: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

/** As `niceTicks` for what is counted: none between whole numbers, unless nothing else lies in the range. */
export function wholeTicks(from: number, to: number, about: number, log = false): number[] {
  const ticks = niceTicks(from, to, about, log);
  const whole = ticks.filter(Number.isInteger);
  return whole.length > 0 ? whole : ticks;
}

/** As `niceTicks` for milliseconds: steps that are round on a clock. */
export function clockTicks(from: number, to: number, about: number): number[] {
  const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map((s) => s * 1000);
  const raw = (to - from) / about;
  const step = STEPS.find((s) => s >= raw);
  if (!step || raw < 500) return niceTicks(from, to, about);
  const out: number[] = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) out.push(t);
  return out;
}

/** Range and ticks of a logarithmic axis: powers of ten, with 2 and 5 between them where there is room. Only positive values count. */
export function logAxis(values: readonly number[], most = 9): { domain: [number, number]; ticks: number[] } {
  const positive = values.filter((v) => v > 0);
  if (positive.length === 0) return { domain: [1, 10], ticks: [1, 10] };
  const domain: [number, number] = [Math.min(...positive) / 1.3, Math.max(...positive) * 1.3];
  const within = (steps: readonly number[]) => {
    const out: number[] = [];
    for (let p = Math.floor(Math.log10(domain[0])); p <= Math.ceil(Math.log10(domain[1])); p++) out.push(...steps.map((s) => Number((s * 10 ** p).toPrecision(2))));
    return out.filter((v) => v >= domain[0] && v <= domain[1]);
  };
  const fine = within([1, 2, 5]);
  return { domain, ticks: fine.length <= most ? fine : within([1]) };
}

/** Writes the ticks of a linear axis with as many decimals as tell them apart; what is very large or small as `format` says. */
export function tickText(ticks: readonly number[], format: (value: number) => string): (value: number) => string {
  const size = Math.max(...ticks.map(Math.abs));
  if (ticks.length < 2 || size >= 1e4 || size < 1e-4) return format;
  const step = ticks[1] - ticks[0];
  let decimals = 0;
  while (decimals < 6 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6 * step * 10 ** decimals) decimals++;
  return (value) => (value === 0 ? '0' : value.toFixed(decimals).replace('-', '−'));
}
