import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heading, tabTo } from '../support/pages';
import { makePictures } from '../support/pictures';
import { Studio } from '../support/studio';

let studio: Studio;
let page: Page;

const call = (method: string, params: object) => studio.call(method, params);
const field = (name: string) => page.getByRole('textbox', { name, exact: true });

/** Types into a field that Tab has reached. */
async function type(name: string, value: string): Promise<void> {
  await tabTo(page, field(name));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(value);
}

async function next(title: string): Promise<void> {
  await tabTo(page, page.getByRole('button', { name: `Next: ${title}` }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: title }).waitFor();
}

beforeAll(async () => {
  studio = await Studio.start('bench');
  ({ page } = studio);
  await call('datasets.add', { path: await makePictures(join(studio.folder('pictures'), 'shapes'), 20), size: 16, name: 'Shapes' });
}, 60_000);

afterAll(() => studio?.close());

describe('a comparison of initialisations', () => {
  it('is put together with the keyboard alone; what cannot work is refused beside its field', async () => {
    await studio.open('/bench/new', 'New comparison');
    for (const label of ['DiT default', 'TLEG', 'FINE']) expect(await page.getByRole('checkbox', { name: label, exact: label !== 'FINE' }).first().isChecked()).toBe(true);
    expect(await page.getByRole('group', { name: 'From a dense model' }).getByRole('checkbox').count()).toBe(7);
    for (const name of ['Share Init', 'TLEG']) {
      await tabTo(page, page.getByRole('checkbox', { name, exact: true }));
      await page.keyboard.press('Space');
    }
    await next('Data and sources');
    await tabTo(page, page.getByRole('radio', { name: /Shapes/ }));
    await page.keyboard.press('Space');
    await type('Hidden size', '32');
    await type('Heads', '3');
    await page.getByText(/not divisible by 3 heads/).first().waitFor();
    expect(await field('Heads').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('2');
    await type('Patch size', '8');
    await type('Depth of the sources', '2');
    await type('Source steps', '6');
    await next('Budget');
    for (const depth of ['4 layers', '8 layers']) {
      const chip = page.getByRole('checkbox', { name: depth });
      await tabTo(page, chip);
      await page.keyboard.press('Space');
    }
    await tabTo(page, field('Other depths'));
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await type('Steps', '12');
    await page.getByText(/nothing is left for free training/).first().waitFor();
    expect(await field('Steps of FINE').getAttribute('aria-invalid')).toBe('true');
    await type('Steps of FINE', '4');
    await expect.poll(() => field('Steps of FINE').getAttribute('aria-invalid'), { timeout: 15_000 }).not.toBe('true');
  });

  it('keeps the draft over a reload, and says the same as command and JSON', async () => {
    await expect.poll(async () => {
      await page.reload();
      const steps = field('Steps of FINE');
      await steps.waitFor();
      return steps.inputValue();
    }, { timeout: 10_000 }).toBe('4');
    await page.getByRole('button', { name: 'Copy as…' }).click();
    await page.getByRole('menuitem', { name: 'Copy as command line' }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(/^fine-studio bench --dataset \S+ --methods scratch,share,fine --depths 2 --seeds 0,1 --steps 12 .*--source-steps 6 --hidden 32 .*--adapt fine=4$/);
    await page.keyboard.press('Escape');
  });

  it('shows what will be trained first, runs it, and ends in one table', async () => {
    await page.getByRole('button', { name: 'Next: Review' }).waitFor();
    await next('Review');
    for (const source of ['Share Init 32×2, 6 steps', 'factors 32×2, 6 steps']) await page.getByText(source).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Start 8 runs' }));
    await page.keyboard.press('Enter');
    await heading(page, 'Bench').waitFor();
    const result = page.getByRole('region', { name: 'Result' });
    await expect.poll(async () => (await call('runs.list', { status: ['completed'] })).total, { timeout: 200_000 }).toBe(8);
    const losses = result.getByRole('cell', { name: /^\d\.\d+ ± / });
    await expect.poll(() => losses.count(), { timeout: 15_000 }).toBe(6);
    expect(await result.getByRole('row').filter({ hasText: 'FINE' }).textContent()).toMatch(/4 \+ 8/);
    expect(await result.getByRole('row').count()).toBe(4);
    const sources = await page.getByText('Sources, trained once:').locator('..').textContent();
    expect(sources).toMatch(/Share Init/);
    expect(sources).toMatch(/factors/);
    // Mean and band of two seeds in the chart.
    await page.getByText(/\(mean, n = 2\)/).first().waitFor();
  }, 240_000);

  it('offers the same sources to the next comparison without training them again', async () => {
    const plans = await call('runs.plan', { kind: 'bench', params: { datasetId: (await call('datasets.list', {})).find((d: { name: string }) => d.name === 'Shapes').id, methods: ['share', 'fine'], depths: [3], hiddenSize: 32, heads: 2, patchSize: 8, sourceDepth: 2, source: { steps: 6 }, train: { steps: 400 } } });
    expect(plans.map((p: { run: { source: boolean } }) => p.run.source)).toEqual([false, false]);
  });
});
