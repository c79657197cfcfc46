/** Figures as a person reads them: SI prefixes for counts, binary prefixes for bytes, fixed digits so that columns line up. */

const NONE = '–';

// Made once: `toLocaleString` with options looks up the locale anew in every call, which a table of thousands of cells feels.
const COUNT = new Intl.NumberFormat('en');
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** 1234567 -> "1,234,567". */
export function formatWhole(n: number): string {
  return COUNT.format(n);
}

/** 1234567 -> "1.23 M". Up to 9999 the number stands as it is. */
export function formatCount(n: number | null | undefined): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return NONE;
  const units = ['', ' k', ' M', ' G', ' T', ' P'];
  let value = Math.abs(n);
  if (value < 10_000) return Number.isInteger(n) ? COUNT.format(n) : n.toPrecision(3);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${n < 0 ? '−' : ''}${value.toPrecision(3)}${units[unit]}`;
}

/** 1536 -> "1.50 KiB"; three digits, so 1015 KiB are "0.991 MiB". */
export function formatBytes(n: number | null | undefined): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return NONE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** Milliseconds as "850 ms", "3.2 s", "12 s", "3 min 05 s", "2 h 07 min", "3 d 04 h". */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return NONE;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${Math.floor(seconds / 86_400)} d ${two(Math.floor((seconds % 86_400) / 3600))} h`;
}

/** Time left in whole seconds, so that a countdown does not flicker: "12 s left", "ending" within the last second. */
export function formatLeft(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 1 ? 'ending' : `${seconds < 10 ? `${seconds} s` : formatDuration(seconds * 1000)} left`;
}

/** A guessed time with one unit, so that it does not look measured: "40 s", "18 min", "2 h". */
export function formatRoughly(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** A measured value with `digits` significant digits; very small and very large ones in scientific notation. */
export function formatValue(n: number | null | undefined, digits = 4): string {
  if (n === null || n === undefined || Number.isNaN(n)) return NONE;
  if (!Number.isFinite(n)) return n > 0 ? '∞' : '−∞';
  if (n === 0) return '0';
  const size = Math.abs(n);
  const text = size < 1e-3 || size >= 1e6 ? n.toExponential(digits - 1) : n.toPrecision(digits);
  // 1250 to three digits would become 1.25e+3.
  return (size >= 1000 && size < 1e6 ? COUNT.format(Number(text)) : text).replace('-', '−');
}

export function formatPercent(fraction: number | null | undefined, digits = 0): string {
  return fraction === null || fraction === undefined || !Number.isFinite(fraction) ? NONE : `${(fraction * 100).toFixed(digits)} %`;
}

/** Per cent for a bar, in steps that can be seen: a finer one would only lay the window out anew. */
export function barValue(fraction: number): number {
  return Math.round(fraction * 1000) / 10;
}

/** "14:03" today, "12 Mar 14:03" this year, with the year otherwise. */
export function formatTime(ms: number | null | undefined, now = Date.now()): string {
  if (ms === null || ms === undefined) return NONE;
  const then = new Date(ms);
  const today = new Date(now);
  const clock = CLOCK.format(then);
  if (then.toDateString() === today.toDateString()) return clock;
  const day = (then.getFullYear() === today.getFullYear() ? DAY : DAY_AND_YEAR).format(then);
  return `${day} ${clock}`;
}

/** "3 images", "1 image". */
export function plural(n: number, noun: string, many = `${noun}s`): string {
  return `${COUNT.format(n)} ${n === 1 ? noun : many}`;
}
