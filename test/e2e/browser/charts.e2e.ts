/** Charts and the table of runs: zoom, crosshair, legend, exports, overlays, differences, what one chose to see. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chart, unevenness } from '../support/charts';
import { SOON, Studio } from '../support/studio';

/** More steps than the window holds of one line, so that a zoom has finer points to ask for. */
const STEPS = 900;
const BATCH = 2;

let studio: Studio;
let page: Page;
/** Two runs that differ in their seed alone, and a shorter one with another width. */
let runs: string[];

beforeAll(async () => {
  studio = await Studio.start('charts');
  ({ page } = studio);
  const long = { steps: STEPS, batchSize: BATCH };
  runs = [await studio.pretrain('Seed 0', { ...long, seed: 0 }), await studio.pretrain('Seed 1', { ...long, seed: 1 }), await studio.pretrain('Wider', { steps: 40, batchSize: 4 }, { hiddenSize: 32 })];
  for (const id of runs) await studio.ended(id);
}, 120_000);

afterAll(() => studio?.close());

describe('a chart', () => {
  let loss: Chart;
  let gradient: Chart;
  const steps = () => loss.column(0);

  beforeAll(async () => {
    await studio.open(`/runs/${runs[0]}`, 'Seed 0');
    loss = new Chart(page, 'Loss');
    gradient = new Chart(page, 'Gradient norm');
    await loss.plot.locator('path').first().waitFor();
  });

  it('is zoomed by dragging over it; the steps that had been left out come, and the other charts follow', async () => {
    const coarse = await steps();
    expect(coarse.length).toBeLessThan(STEPS);
    await loss.drag(0.4, 0.6);
    await page.getByRole('button', { name: 'Reset zoom' }).and(page.locator(':enabled')).waitFor();
    await expect.poll(async () => {
      const now = await steps();
      return now.length > 100 && now.length < 300 && now.every((step, i) => i === 0 || step === now[i - 1]! + 1);
    }, SOON).toBe(true);
    const shown = await steps();
    const among = coarse.filter((step) => step >= shown[0]! && step <= shown.at(-1)!);
    expect(shown.length).toBeGreaterThan(among.length);
    const ticks = await gradient.ticks('x');
    expect(ticks[0]!.value).toBeGreaterThanOrEqual(shown[0]!);
    expect(ticks.at(-1)!.value).toBeLessThanOrEqual(shown.at(-1)!);
  });

  it('is zoomed to an exact range with the keyboard, and shows all again', async () => {
    await page.getByRole('button', { name: 'Zoom Loss' }).press('Enter');
    await page.getByRole('textbox', { name: 'From' }).fill('101');
    await page.getByRole('textbox', { name: 'To' }).fill('200');
    await page.keyboard.press('Enter');
    await expect.poll(steps, SOON).toEqual(Array.from({ length: 100 }, (_, i) => 101 + i));
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await expect.poll(async () => (await steps()).at(-1), SOON).toBe(STEPS);
    await loss.drag(0.3, 0.5);
    await expect.poll(async () => (await steps()).at(-1), SOON).toBeLessThan(STEPS);
    await loss.plot.dblclick();
    await expect.poll(async () => (await steps()).at(-1), SOON).toBe(STEPS);
  });

  it('shares its crosshair with the charts beside it', async () => {
    await loss.plot.hover();
    const tips = [loss, gradient].map((chart) => chart.section.getByText(/^Step \d+$/));
    for (const tip of tips) await tip.waitFor();
    const [here, there] = await Promise.all(tips.map(async (tip) => Number((await tip.textContent())!.split(' ')[1])));
    // Each says what it has nearest to the pointer, in the middle of the run.
    expect(Math.abs(here! - there!)).toBeLessThan(6);
    expect(Math.abs(here! - STEPS / 2)).toBeLessThan(STEPS / 6);
    await page.getByRole('heading', { level: 1 }).hover();
    for (const tip of tips) await tip.waitFor({ state: 'hidden' });
  });

  it('hides and shows lines by its legend, also one alone', async () => {
    const names = async () => (await loss.table())[0]!.slice(1);
    expect(await names()).toEqual(['Training', 'Validation (held out)']);
    await loss.line('Training').press('Enter');
    expect(await loss.line('Training').getAttribute('aria-pressed')).toBe('false');
    expect(await names()).toEqual(['Validation (held out)']);
    await loss.line('Training').click({ modifiers: ['Alt'] });
    expect(await loss.line('Training').getAttribute('aria-pressed')).toBe('true');
    expect(await loss.line('Validation (held out)').getAttribute('aria-pressed')).toBe('false');
    await loss.line('Validation (held out)').click();
    expect(await names()).toHaveLength(2);
  });

  it('is saved as CSV with the raw values: every step of the run, or what is drawn, of the part that is zoomed into', async () => {
    const [series] = await studio.call('runs.series', { id: runs[0], keys: ['loss'], maxPoints: 2000 });
    const values = new Map<number, number>(series.points.map((p: { step: number; value: number }) => [p.step, p.value]));
    const trained = async (item: 'Data as CSV, every point' | 'Data as CSV, only points shown') => {
      const { name, bytes } = await loss.save(item);
      expect(name).toBe('Loss.csv');
      const [header, ...rows] = bytes.toString().trim().split('\r\n').map((row) => row.split(','));
      expect(header).toEqual(['Step', 'Training', 'Validation (held out)']);
      const training = rows.filter((row) => row[1] !== '');
      for (const [step, value] of training) expect(Number(value)).toBe(values.get(Number(step)));
      return training.map(([step]) => Number(step));
    };
    const all = await trained('Data as CSV, every point');
    expect(all).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
    const drawn = await trained('Data as CSV, only points shown');
    expect(drawn.length).toBeGreaterThan(300);
    expect(drawn.length).toBeLessThan(STEPS);
    await loss.drag(0.3, 0.5);
    await page.getByRole('button', { name: 'Reset zoom' }).and(page.locator(':enabled')).waitFor();
    const part = await trained('Data as CSV, every point');
    expect(part).toEqual(all.filter((step) => step >= part[0]! && step <= part.at(-1)!));
    expect(part.length).toBeLessThan(STEPS / 2);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
  });

  it('is saved as SVG that needs nothing of the page, and as PNG at twice its size', async () => {
    const svg = await loss.save('Picture as SVG');
    expect(svg.name).toBe('Loss.svg');
    const text = svg.bytes.toString();
    for (const part of ['>Loss</text>', '>Training</text>', '>Validation (held out)</text>', '>Step</']) expect(text).toContain(part);
    expect(text).not.toContain('var(');
    const width = Number(/^<svg [^>]*?width="([\d.]+)"/.exec(text)![1]);
    const png = await loss.save('Picture as PNG');
    expect(png.name).toBe('Loss.png');
    expect((await sharp(png.bytes).metadata()).width).toBeCloseTo(2 * width, -1);
    // Another program draws the same picture from the SVG: background, lines and text.
    const shrunk = (image: Buffer) => sharp(image).resize(160, 120, { fit: 'fill' }).greyscale().raw().toBuffer();
    const [a, b] = [await shrunk(png.bytes), await shrunk(svg.bytes)];
    expect(a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length).toBeLessThan(4);
    expect((await sharp(png.bytes).greyscale().stats()).channels[0]!.stdev).toBeGreaterThan(5);
  });
});

describe('runs laid over each other', () => {
  let chart: Chart;
  const toolbar = () => page.getByRole('toolbar', { name: 'Charts' });
  const axis = (name: string) => toolbar().getByRole('radio', { name }).press('Space');

  beforeAll(async () => {
    await studio.open('/runs', 'Runs');
    for (const name of ['Seed 0', 'Seed 1', 'Wider']) await page.getByRole('checkbox', { name: `Select run ${name}` }).check();
    chart = new Chart(page, 'Loss of 3 runs');
    await chart.line('Seed 0').waitFor();
  });

  it('stand on any of the axes', async () => {
    const { images, heldOut } = await studio.call('datasets.get', { id: 'builtin:emoji' });
    const longest = await studio.call('runs.get', { id: runs[1] });
    const ends: [string, number][] = [['Step', STEPS], ['Epoch', (STEPS * BATCH) / (images - heldOut)], ['Images seen', STEPS * BATCH]];
    for (const [name, end] of ends) {
      await toolbar().getByText(name, { exact: true }).click();
      await expect.poll(() => chart.axisName(), SOON).toBe(name);
      const column = await chart.column(0);
      expect(column.at(-1)).toBeCloseTo(end, 2);
    }
    // These runs were never paused, so that both times are the same.
    for (const name of ['Time of work', 'Time since start']) {
      await toolbar().getByText(name, { exact: true }).click();
      await expect.poll(() => chart.axisName(), SOON).toBe(name);
      const { bytes } = await chart.save('Data as CSV, every point');
      const last = Number(bytes.toString().trim().split('\r\n').at(-1)!.split(',')[0]);
      const others = await studio.call('runs.get', { id: runs[0] });
      expect(last).toBeLessThan(Math.max(longest.elapsedMs, others.elapsedMs));
      expect(last).toBeGreaterThan(0.2 * Math.max(longest.elapsedMs, others.elapsedMs));
    }
    await axis('Step');
  });

  it('have both axes logarithmic when that is asked for', async () => {
    const log = (v: number) => Math.log(v);
    const one = (v: number) => v;
    expect(unevenness(await chart.ticks('x'), one)).toBeLessThan(2);
    await toolbar().getByText('Log x').click();
    await toolbar().getByText('Log y').click();
    await expect.poll(async () => (await chart.ticks('x')).map((t) => t.value), SOON).toContain(10);
    const [x, y] = [await chart.ticks('x'), await chart.ticks('y')];
    expect(x.length).toBeGreaterThan(2);
    expect(unevenness(x, log)).toBeLessThan(2);
    expect(unevenness(x, one)).toBeGreaterThan(20);
    expect(unevenness(y, log)).toBeLessThan(3);
    await toolbar().getByText('Log x').click();
    await toolbar().getByText('Log y').click();
  });

  it('are smoothed up to 0.999, with the raw values as a shadow', async () => {
    const slider = page.getByRole('slider', { name: 'Smoothing' });
    const shadows = chart.plot.locator('path[stroke-opacity]');
    const roughness = async () => {
      const values = await chart.column(3);
      return values.slice(1).reduce((sum, v, i) => sum + Math.abs(v - values[i]!), 0);
    };
    await slider.press('Home');
    await expect.poll(() => shadows.count(), SOON).toBe(0);
    const raw = await roughness();
    await slider.press('End');
    await toolbar().getByRole('paragraph').filter({ hasText: '0.999' }).waitFor();
    await expect.poll(() => shadows.count(), SOON).toBe(3);
    expect(await roughness()).toBeLessThan(raw / 20);
    await slider.press('Home');
  });

  it('become one line per setting, with the spread over its seeds and how many there are', async () => {
    await page.getByText('Mean and spread over seeds').click();
    await chart.line(/n = 2/).waitFor();
    expect((await page.getByRole('button', { pressed: true }).allTextContents()).toSorted()).toEqual([expect.stringMatching(/^Seed \d \(mean, n = 2\)$/), 'Wider (n = 1)']);
    const band = await chart.plot.locator('path[fill-opacity]').getAttribute('d');
    expect(band!.length).toBeGreaterThan(1000);
    await page.getByText('Mean and spread over seeds').click();
  });

  it('are named by what tells them apart, and have their differences listed', async () => {
    const rows = page.getByRole('region', { name: 'Differences in configuration' }).getByRole('row');
    const cells = (key: string) => rows.filter({ has: page.getByRole('cell', { name: key, exact: true }) }).getByRole('cell').allTextContents();
    expect(await rows.first().getByRole('columnheader').allTextContents()).toEqual(['Setting', 'Wider', 'Seed 1', 'Seed 0']);
    expect(await cells('train.seed')).toEqual(['train.seed', '0', '1', '0']);
    expect(await cells('model.hiddenSize')).toEqual(['model.hiddenSize', '32', '16', '16']);
    expect(await cells('model.depth')).toEqual([]);
    await page.getByRole('combobox', { name: 'Lines named by' }).click();
    await page.getByRole('option', { name: 'model.hiddenSize' }).click();
    await chart.line('hiddenSize 32').waitFor();
  });
});

describe('the table of runs', () => {
  const names = () => page.getByRole('region', { name: 'Runs', exact: true }).getByRole('link').allTextContents();
  const header = (name: string) => page.getByRole('columnheader', { name });

  beforeAll(() => studio.open('/', 'Home'));

  it('keeps the columns that were chosen, over a reload and in another browser', async () => {
    await studio.open('/runs', 'Runs');
    await page.getByRole('button', { name: 'Choose columns' }).click();
    const item = (name: string) => page.getByRole('menuitemcheckbox', { name, exact: true });
    for (const column of ['Tags', 'Seed', 'Loss max', 'Depth', 'Hidden size']) if ((await item(column).getAttribute('aria-checked')) !== 'true') await item(column).click();
    await item('Validation last').press('Enter');
    await page.keyboard.press('Escape');
    const chosen = async () => (await page.getByRole('columnheader').allTextContents()).filter(Boolean);
    const wanted = await chosen();
    expect(wanted).toEqual(expect.arrayContaining(['Tags', 'Seed', 'Loss max']));
    expect(wanted).not.toContain('Validation last');
    await page.reload();
    await header('Tags').waitFor();
    expect(await chosen()).toEqual(wanted);
    await expect.poll(async () => (await studio.call('settings.get')).ui['columns.runs']?.value ?? [], SOON).toContain('tags');
    await page.evaluate(() => localStorage.removeItem('fine-studio.ui.columns.runs'));
    await page.reload();
    await header('Tags').waitFor();
    expect(await chosen()).toEqual(wanted);
  });

  it('leaves out what all runs have in common', async () => {
    await header('Depth').waitFor();
    await page.getByText('Hide identical').click();
    await header('Depth').waitFor({ state: 'hidden' });
    for (const column of ['Hidden size', 'Seed']) await header(column).waitFor();
    await page.getByText('Hide identical').click();
    await header('Depth').waitFor();
  });

  it('is sorted and filtered', async () => {
    const all = (await studio.call('runs.list')).runs as { name: string; metrics: { loss: { min: number } } }[];
    const byLoss = all.toSorted((a, b) => a.metrics.loss.min - b.metrics.loss.min).map((r) => r.name);
    await header('Loss min').getByRole('button').click();
    await expect.poll(names, SOON).toEqual(byLoss.toReversed());
    expect(await header('Loss min').getAttribute('aria-sort')).toBe('descending');
    await header('Loss min').getByRole('button').press('Enter');
    await expect.poll(names, SOON).toEqual(byLoss);
    await page.getByRole('textbox', { name: 'Filter runs' }).fill('seed');
    await expect.poll(names, SOON).toEqual(byLoss.filter((name) => name.startsWith('Seed')));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(names, SOON).toEqual(byLoss);
  });

  it('shows only the starred ones, marked as such', async () => {
    await page.getByRole('checkbox', { name: 'Select run Seed 1' }).check();
    await page.getByRole('button', { name: 'Star', exact: true }).click();
    await page.getByRole('row').filter({ hasText: 'Seed 1' }).getByLabel('Starred').waitFor();
    await page.getByText('Starred', { exact: true }).click();
    await expect.poll(names, SOON).toEqual(['Seed 1']);
    await page.getByText('Starred', { exact: true }).click();
    await expect.poll(async () => (await names()).length, SOON).toBe(3);
  });

  it('shows the tags that a run was given on its page, where its notes stand, too', async () => {
    await page.getByRole('link', { name: 'Wider' }).click();
    await page.getByRole('tab', { name: /notes/ }).click();
    for (const tag of ['paper', 'keep']) {
      await page.getByRole('combobox', { name: 'Tags' }).fill(tag);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('textbox', { name: 'Notes' }).fill('Twice the width; the loss falls faster.');
    await page.keyboard.press('Tab');
    await expect.poll(async () => (await studio.call('runs.get', { id: runs[2] })).notes, SOON).toContain('Twice the width');
    await page.reload();
    await page.getByRole('tab', { name: 'Notes •' }).click();
    expect(await page.getByRole('textbox', { name: 'Notes' }).inputValue()).toBe('Twice the width; the loss falls faster.');
    await studio.open('/runs', 'Runs');
    await page.getByRole('row').filter({ hasText: 'Wider' }).getByRole('cell', { name: 'paper, keep' }).waitFor();
  });

  it('is saved as CSV with the columns and the order that one sees', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
    const text = await readFile(await download.path(), 'utf8');
    const [first, ...rows] = text.trim().split('\r\n');
    expect(first!.split(',')).toEqual(expect.arrayContaining(['Run', 'Tags', 'Seed', 'Loss max']));
    expect(rows.map((row) => row.split(',')[0])).toEqual(await names());
    expect(rows.find((row) => row.startsWith('Wider'))).toContain('"paper, keep"');
  });

  it('has raised no error in the console', () => {
    expect(studio.problems).toEqual([]);
  });
});
