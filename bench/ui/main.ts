/**
 * How the interface holds under load: 5,000 runs in the catalogue, a run of a million points, four runs that report twenty times a
 * second. Measured in a real browser that looks at the real host. `node scripts/bench.mjs ui [--quick] [--json FILE]`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../test/e2e/support/chromium';
import { LONG_RUN, POINTS, RUNS, SPIKE } from './population';
import { Requests } from './requests';
import { BAR_MS, watch, type Smoothness } from './trace';

const { values: options } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } });

const PAGE = 200;
const REPEATS = options.quick ? 7 : 21;
const SECONDS = options.quick ? 3 : 6;
const BARS = { page: 50, chart: 100 };

interface Row {
  what: string;
  value: number;
  unit: string;
  bar?: number;
}

/** Told as they come, for whoever waits. */
class Rows {
  readonly all: Row[] = [];

  add(...rows: Row[]): void {
    this.all.push(...rows);
    for (const { what, value, unit } of rows) say(`${what}: ${value.toFixed(1)} ${unit}`);
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function startHost(home: string): Promise<{ url: string; live: string[]; stop(): void }> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(import.meta.dirname, 'host.mjs'), home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The host ended with code ${code}.`)));
  });
  return { ...(JSON.parse(line) as { url: string; live: string[] }), stop: () => void child.kill('SIGTERM') };
}

/** Milliseconds from following an address inside the page to the first frame in which `selector` is there. */
function timeToShow(page: Page, hash: string, selector: string): Promise<number> {
  return page.evaluate(({ hash: to, selector: wanted }) => new Promise<number>((resolve, reject) => {
    const began = performance.now();
    location.hash = to;
    const look = (): void => {
      if (document.querySelector(wanted)) requestAnimationFrame(() => resolve(performance.now() - began));
      else if (performance.now() - began > 30_000) reject(new Error(`${to} did not show ${wanted}: ${document.querySelector('main')?.textContent?.slice(0, 500)}`));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }), { hash, selector });
}

const TABLE_ROW = 'main table tbody tr[aria-rowindex]';
const CURVE = 'main [role="img"] path[d]:not([d=""])';

async function main(home: string): Promise<Row[]> {
  say(`Writing ${RUNS.toLocaleString('en')} runs and ${POINTS.toLocaleString('en')} points ...`);
  const host = await startHost(home);
  const requests = await Requests.open(host.url);
  const browser = await launchBrowser();
  const rows = new Rows();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(host.url);
    await page.getByText('Connected').first().waitFor();

    const pages = await requests.times(Array.from({ length: REPEATS }, (_, i) => ['runs.list', { offset: ((i * 7) % (RUNS / PAGE)) * PAGE, limit: PAGE, sort: 'createdAt', descending: true }]));
    rows.add({ what: `a page of ${PAGE} of ${RUNS} runs, answered`, value: median(pages), unit: 'ms', bar: BARS.page });
    const sorted = await requests.times(Array.from({ length: REPEATS }, (_, i) => ['runs.list', { offset: ((i * 7) % (RUNS / PAGE)) * PAGE, limit: PAGE, sort: 'metric:loss:last', descending: i % 2 === 0 }]));
    rows.add({ what: 'the same in the order of a metric', value: median(sorted), unit: 'ms', bar: BARS.page });
    const charts = await requests.times(Array.from({ length: REPEATS }, () => ['runs.series', { id: LONG_RUN, maxPoints: 600 }]));
    rows.add({ what: `the chart of ${POINTS} points, answered`, value: median(charts), unit: 'ms', bar: BARS.chart });
    const zoomed = await requests.times(Array.from({ length: REPEATS }, (_, i) => ['runs.series', { id: LONG_RUN, maxPoints: 600, from: i * 40_000, to: i * 40_000 + 90_000 }]));
    rows.add({ what: 'a part of it, answered', value: median(zoomed), unit: 'ms', bar: BARS.chart });
    const [loss] = (await requests.call('runs.series', { id: LONG_RUN, maxPoints: 600 })) as { points: { step: number; value: number | null; max?: number }[] }[];
    const spike = loss!.points.some((point) => Math.max(point.value ?? 0, point.max ?? 0) === SPIKE.value);
    rows.add({ what: 'its one spike kept in the answer', value: Number(spike), unit: spike ? 'yes' : 'no' });

    // The second visit shows what the screen costs; the first loads its code as well.
    for (const visit of ['first', 'second']) {
      await timeToShow(page, '#/about', 'main h1');
      rows.add({ what: `the run table on screen, ${visit} visit`, value: await timeToShow(page, '#/runs', TABLE_ROW), unit: 'ms' });
      await timeToShow(page, '#/about', 'main h1');
      rows.add({ what: `the chart of the long run on screen, ${visit} visit`, value: await timeToShow(page, `#/runs/${LONG_RUN}`, CURVE), unit: 'ms' });
    }
    // Heights on the screen grow downwards.
    const spikes = await page.locator(CURVE).evaluateAll((paths) => paths.map((path) => {
      const heights = [...path.getAttribute('d')!.matchAll(/[ML][-\d.]+ ([-\d.]+)/g)].map((match) => Number(match[1])).sort((a, b) => a - b);
      const bottom = heights.at(-1)!;
      return (bottom - heights[0]!) / (bottom - heights[Math.floor(heights.length / 2)]! + 1);
    }));
    rows.add({ what: 'its spike drawn, as a multiple of the curve’s own height', value: Math.max(...spikes), unit: '' });

    await timeToShow(page, '#/runs', TABLE_ROW);
    await wait(1500);
    const table = page.getByRole('region', { name: 'Runs', exact: true });
    await table.hover();
    add(rows, 'scrolling the table beside four live runs', await watch(browser, page, async () => {
      for (let i = 0; i < SECONDS * 10; i++) {
        await page.mouse.wheel(0, i % 40 < 30 ? 400 : -800);
        await wait(100);
      }
    }));
    await timeToShow(page, `#/runs/${host.live[1]}`, CURVE);
    await wait(1500);
    add(rows, 'the page of a live run', await watch(browser, page, () => wait(SECONDS * 1000)));

    await timeToShow(page, '#/runs', TABLE_ROW);
    for (let i = 1; i <= 4; i++) await page.getByRole('row', { name: new RegExp(`Live ${i}`) }).getByRole('checkbox').check();
    await page.getByRole('heading', { name: 'Comparison' }).waitFor();
    await page.locator(CURVE).first().waitFor();
    await wait(1500);
    add(rows, 'four live runs over each other', await watch(browser, page, () => wait(SECONDS * 1000)));
    await timeToShow(page, '#/', 'main h1');
    await wait(1500);
    add(rows, 'the home screen beside them', await watch(browser, page, () => wait(SECONDS * 1000)));
  } finally {
    await browser.close();
    requests.close();
    host.stop();
  }
  return rows.all;
}

function add(rows: Rows, what: string, seen: Smoothness): void {
  rows.add(
    { what: `${what}: worst frame gap`, value: seen.worstGap, unit: 'ms', bar: BAR_MS },
    { what: `${what}: 99 of 100 frame gaps below`, value: seen.p99Gap, unit: 'ms' },
    { what: `${what}: gaps above ${BAR_MS} ms, of ${seen.frames} frames`, value: seen.frames > 0 ? (100 * seen.longFrames) / seen.frames : 0, unit: '%', bar: 0 },
    { what: `${what}: longest task`, value: seen.worstTask, unit: 'ms', bar: BAR_MS },
    { what: `${what}: longest task in processor time`, value: seen.worstTaskCpu, unit: 'ms' },
    { what: `${what}: main thread`, value: seen.cpu, unit: 'ms of processor time per second' },
  );
}

const home = mkdtempSync(join(tmpdir(), 'fine-bench-ui-'));
try {
  const rows = await main(home);
  process.stdout.write(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores; load of the last minute ${loadavg()[0]!.toFixed(1)}\n\n| what | measured | bar | met |\n|---|---|---|---|\n`);
  for (const { what, value, unit, bar } of rows) process.stdout.write(`| ${what} | ${Number(value.toFixed(1))} ${unit} | ${bar === undefined ? '' : `${bar} ${unit}`} | ${bar === undefined ? '' : value <= bar ? 'yes' : 'no'} |\n`);
  if (options.json) writeFileSync(options.json, JSON.stringify(rows, null, 1));
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
