import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heading } from '../support/pages';
import { Studio } from '../support/studio';

let studio: Studio;
let page: Page;

const call = (method: string, params: object) => studio.call(method, params);
const open = (path: string, name: RegExp) => studio.open(path, name);

beforeAll(async () => {
  studio = await Studio.start('workbench');
  ({ page } = studio);
}, 60_000);

afterAll(() => studio?.close());

describe('the size explorer', () => {
  it('recounts a size while its slider is moved by the keyboard, and refuses a shape beside its field', async () => {
    await open('/sizes', /Size explorer/);
    const cost = page.getByRole('region', { name: 'Cost' });
    const before = await cost.textContent();
    await page.getByRole('slider', { name: 'Depth' }).press('ArrowRight');
    await expect.poll(() => cost.textContent()).not.toBe(before);
    await page.getByRole('textbox', { name: 'Heads, exactly' }).fill('5');
    await page.getByRole('alert').filter({ hasText: 'not divisible by 5 heads' }).waitFor();
    await page.getByRole('textbox', { name: 'Heads, exactly' }).fill('4');
  });

  it('lists the official sizes with the figures of the DiT paper', async () => {
    await page.getByRole('combobox', { name: 'Data' }).click();
    await page.getByRole('option', { name: /Latents/ }).click();
    await page.getByText('Dense', { exact: true }).click();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: /Official/ }).click();
    await page.getByRole('textbox', { name: 'Filter candidate sizes' }).fill('DiT-XL/2');
    const row = page.getByRole('row').filter({ hasText: 'DiT-XL/2' });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/675 M.*118\.\d/);
  });

  it('takes a chosen size into the wizard of a pretraining', async () => {
    await page.getByRole('textbox', { name: 'Filter candidate sizes' }).fill('Tiny');
    await page.getByRole('checkbox', { name: /^Select size / }).first().check();
    await page.getByRole('button', { name: 'Pretrain this size' }).click();
    await heading(page, /retrain/).waitFor();
    await page.getByRole('button', { name: /^2|Model/ }).first().click();
    expect(await page.getByRole('textbox', { name: 'Hidden size', exact: true }).inputValue()).toBe('64');
  });
});

describe('the queue', () => {
  const order = () => page.locator('li[data-run]').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));

  it('is put into another order by the keyboard, and the focus stays with the run', async () => {
    await studio.pretrain('At work', { steps: 100_000 });
    for (const name of ['first', 'second', 'third']) await studio.pretrain(name);
    await open('/queue', /Queue/);
    await expect.poll(order).toEqual(['1: first', '2: second', '3: third']);
    await page.getByRole('listitem', { name: '3: third' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(order).toEqual(['1: first', '2: third', '3: second']);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('2: third');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(async () => (await call('runs.list', { status: ['queued'], sort: 'queuePosition', descending: false })).runs.map((r: { name: string }) => r.name)).toEqual(['third', 'first', 'second']);
  });

  it('is put back by dragging, and a reload finds the order and the run at work', async () => {
    await page.getByRole('listitem', { name: '1: third' }).dragTo(page.getByRole('listitem', { name: '3: second' }));
    await expect.poll(order).toEqual(['1: first', '2: second', '3: third']);
    await page.getByRole('listitem', { name: '2: second' }).dragTo(page.getByRole('listitem', { name: '1: first' }));
    await expect.poll(order).toEqual(['1: second', '2: first', '3: third']);
    await expect.poll(async () => (await call('runs.list', { status: ['queued'], sort: 'queuePosition', descending: false })).runs.map((r: { name: string }) => r.name)).toEqual(['second', 'first', 'third']);
    await page.reload();
    await page.getByRole('listitem', { name: '3: third' }).waitFor();
    expect(await order()).toEqual(['1: second', '2: first', '3: third']);
    await page.getByRole('region', { name: 'At work' }).getByRole('link', { name: 'At work' }).waitFor();
    await page.getByRole('listitem', { name: '3: third' }).dragTo(page.getByRole('listitem', { name: '1: second' }));
    await expect.poll(order).toEqual(['1: third', '2: second', '3: first']);
  });

  it('lets a waiting run be paused and queued again, and cancelled', async () => {
    await page.getByRole('button', { name: 'Pause: first' }).click();
    await expect.poll(order).toEqual(['1: third', '2: second']);
    await page.getByRole('button', { name: 'Queue again' }).click();
    await expect.poll(order).toEqual(['1: third', '2: second', '3: first']);
    await page.getByRole('button', { name: 'Cancel: third' }).click();
    await expect.poll(order).toEqual(['1: second', '2: first']);
  });

  it('pauses the run at work with its state, and the next one starts', async () => {
    const atWork = page.getByRole('region', { name: 'At work' });
    await atWork.getByText('images/s').waitFor({ timeout: 60_000 });
    await atWork.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: /^Resume from step/ }).waitFor({ timeout: 30_000 });
    await expect.poll(async () => (await call('runs.list', { status: ['queued', 'running'] })).total, { timeout: 30_000 }).toBe(0);
  });
});

describe('settings and backends', () => {
  it('saves a change at once and says so', async () => {
    await open('/settings', /Settings/);
    await page.getByRole('switch', { name: 'Tell me when a run ends' }).press('Space');
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
    expect((await call('settings.get', {})).notifications).toBe(false);
  });

  it('tells which backend the automatic choice takes, and measures on demand', async () => {
    await open('/backends', /Backends/);
    await page.getByRole('button', { name: 'Measure speeds' }).click();
    await page.getByText('GFLOP/s').first().waitFor({ timeout: 60_000 });
    await page.getByText('automatic choice', { exact: true }).waitFor();
    await page.getByRole('radio', { name: /tfjs CPU/ }).click();
    await expect.poll(async () => (await call('settings.get', {})).backend).toBe('tfjs-cpu');
  });
});

describe('the bench', () => {
  it('explains itself while it is empty, with the paper’s figures named as such', async () => {
    await open('/bench', /Bench/);
    await page.getByText('What a way needs is trained first').waitFor();
    const paper = page.getByRole('region', { name: 'The paper’s figures' });
    expect(await paper.textContent()).toMatch(/arXiv 2409\.19289.*Not measured here/);
  });
});
