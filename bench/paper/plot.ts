/** Small SVG charts, drawn without any library, readable on light and dark ground. */

export interface Series {
  label: string;
  points: { x: number; y: number; low?: number; high?: number }[];
}

const COLOURS = ['#2563eb', '#d97706', '#059669', '#dc2626', '#7c3aed', '#0891b2', '#be185d', '#65a30d', '#6b7280', '#92400e'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
const WIDTH = 720;
const HEIGHT = 360;
const FRAME = { left: 64, right: 232, top: 36, bottom: 48 };

/** Lines through points, with whiskers where `low` and `high` are given. */
export function lineChart(title: string, xLabel: string, yLabel: string, series: Series[]): string {
  const points = series.flatMap((s) => s.points);
  const xs = extent(points.map((p) => p.x));
  const ys = extent(points.flatMap((p) => [p.low ?? p.y, p.high ?? p.y]));
  const x = (v: number) => FRAME.left + ((v - xs.min) / (xs.max - xs.min)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (v: number) => HEIGHT - FRAME.bottom - ((v - ys.min) / (ys.max - ys.min)) * (HEIGHT - FRAME.top - FRAME.bottom);
  const parts: string[] = [];
  for (const tick of ticks(xs.min, xs.max)) {
    parts.push(`<line x1="${x(tick)}" x2="${x(tick)}" y1="${HEIGHT - FRAME.bottom}" y2="${HEIGHT - FRAME.bottom + 4}" stroke="#888"/>`, text(x(tick), HEIGHT - FRAME.bottom + 18, format(tick), 'middle'));
  }
  for (const tick of ticks(ys.min, ys.max)) {
    parts.push(`<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#8884"/>`, text(FRAME.left - 6, y(tick) + 4, format(tick), 'end'));
  }
  series.forEach((s, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const dash = DASHES[Math.floor(i / COLOURS.length + (i % DASHES.length)) % DASHES.length];
    parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${s.points.map((p) => `${round(x(p.x))},${round(y(p.y))}`).join(' ')}"/>`);
    for (const p of s.points) {
      if (p.low !== undefined && p.high !== undefined) parts.push(`<line x1="${round(x(p.x))}" x2="${round(x(p.x))}" y1="${round(y(p.low))}" y2="${round(y(p.high))}" stroke="${colour}"/>`);
      parts.push(`<circle cx="${round(x(p.x))}" cy="${round(y(p.y))}" r="3" fill="${colour}"/>`);
    }
    const row = FRAME.top + 8 + i * 18;
    parts.push(`<line x1="${WIDTH - FRAME.right + 12}" x2="${WIDTH - FRAME.right + 36}" y1="${row}" y2="${row}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`, text(WIDTH - FRAME.right + 42, row + 4, s.label, 'start'));
  });
  parts.push(text(FRAME.left, 20, title, 'start', 'bold'), text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 10, xLabel, 'middle'));
  parts.push(`<text x="14" y="${(FRAME.top + HEIGHT - FRAME.bottom) / 2}" transform="rotate(-90 14 ${(FRAME.top + HEIGHT - FRAME.bottom) / 2})" text-anchor="middle">${escape(yLabel)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${escape(title)}"><rect width="100%" height="100%" fill="#fff"/><g fill="#222">${parts.join('')}</g></svg>\n`;
}

function extent(values: number[]): { min: number; max: number } {
  const min = Math.min(...values);
  const max = Math.max(...values);
  const margin = max > min ? (max - min) * 0.05 : Math.abs(max) * 0.05 || 1;
  return { min: min - margin, max: max + margin };
}

/** About five round values within the range. */
function ticks(min: number, max: number): number[] {
  const rough = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough)!;
  const first = Math.ceil(min / step);
  return Array.from({ length: Math.max(0, Math.floor(max / step) - first + 1) }, (_, i) => (first + i) * step);
}

const round = (v: number) => Math.round(v * 10) / 10;
const format = (v: number) => String(Number(v.toPrecision(3)));
const escape = (s: string) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

function text(x: number, y: number, content: string, anchor: string, weight = 'normal'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-weight="${weight}">${escape(content)}</text>`;
}
