import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, layoutFindings } from '../support/accessibility';
import { heading, waitForRun, type WizardForm } from '../support/pages';
import { Studio } from '../support/studio';

let studio: Studio;
let page: Page;
let wizard: WizardForm;
/** What the screens below are about. */
const ids: Record<'dense' | 'denseRun' | 'distillRun' | 'learngene' | 'group' | 'size' | 'export', string> = { dense: '', denseRun: '', distillRun: '', learngene: '', group: '', size: '', export: '' };

const call = (method: string, params: object) => studio.call(method, params);
const train = { steps: 24, batchSize: 4, warmupSteps: 0, sampleEvery: 12, checkpointEvery: 12 };

async function open(path: string): Promise<void> {
  await page.goto(`${new URL(studio.application.url).origin}/#${path}`);
}

beforeAll(async () => {
  studio = await Studio.start('details');
  ({ page, wizard } = studio);
  await call('settings.set', { threads: 1 });
  ids.denseRun = await studio.pretrain('Teacher', train, { depth: 3, rank: null, sampleSteps: '2' });
  ids.dense = await studio.checkpointOf(ids.denseRun);
});

afterAll(() => studio?.close());

describe('from a dense checkpoint to a learngene', () => {
  it('offers to decompose it, or to distil it as well, and refuses a rank that cannot be beside its field', async () => {
    await open(`/extract?checkpoint=${ids.dense}`);
    await heading(page, 'Extract a learngene').waitFor();
    await wizard.at('Learngene');
    await page.getByRole('radio', { name: 'Decompose only' }).waitFor();
    await page.getByRole('radio', { name: 'Decompose, then distil' }).check();
    await page.getByRole('switch', { name: 'A rank of its own for each type' }).press('Space');
    await wizard.enter({ 'Query, key, value': 17, Iterations: 6 });
    await page.getByText(/above what the matrices allow at hidden size 16/).first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Query, key, value' }).getAttribute('aria-invalid')).toBe('true');
    await wizard.enter({ 'Query, key, value': 12, 'Rank where none is given': 8 });
    await expect.poll(() => page.getByText(/above what the matrices allow/).count(), { timeout: 15_000 }).toBe(0);
  });

  it('knows the pictures, shows what the training would cost, and says the same as a command', async () => {
    await wizard.next('Training');
    expect(await page.getByRole('radio', { name: /Emoji/ }).isChecked()).toBe(true);
    await wizard.enter({ Steps: 20, 'Batch size': 4, 'Sample grid every': 10 });
    await page.getByRole('complementary', { name: 'Summary' }).getByText('Training memory').waitFor();
    await page.getByRole('button', { name: 'Copy as…' }).click();
    await page.getByRole('menuitem', { name: 'Copy as command line' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), { timeout: 10_000 }).toMatch(/^fine-studio distill --checkpoint \S+ --dataset builtin:emoji --rank qkv=12,proj=8,fc1=8,fc2=8,adaLN=8 --iterations 6 --steps 20 --batch 4 /);
    await page.keyboard.press('Escape');
  });

  it('distils it in a run, whose learngene is then extracted as it is', async () => {
    await wizard.next('Review');
    await wizard.submit('Start distilling');
    await heading(page, 'Distill Teacher').waitFor();
    await waitForRun(page, 110_000);
    ids.distillRun = page.url().split('/runs/')[1];
    await page.getByRole('tab', { name: 'Checkpoints' }).click();
    await page.getByRole('link', { name: 'Extract the learngene' }).click();
    await wizard.at('Learngene');
    expect(await page.getByRole('radio', { name: 'Decompose only' }).count()).toBe(0);
    await wizard.submit('Extract');
    await heading(page, 'Learngene extracted').waitFor();
    const [learngene] = await call('learngenes.list', {});
    expect(learngene).toMatchObject({ method: 'direct', ranks: { qkv: 12, proj: 8 } });
    ids.learngene = learngene.id;
  });
});

describe('screens about one thing', () => {
  beforeAll(async () => {
    const { runs, groupId } = await call('runs.start', { kind: 'initialize', params: { learngeneId: ids.learngene, datasetId: 'builtin:emoji', depths: [2, 4], train: { ...train, steps: 20 } } });
    ids.group = groupId;
    [ids.size] = await Promise.all(runs.map((run: { id: string }) => studio.checkpointOf(run.id)));
    ids.export = (await call('exports.create', { checkpointId: ids.size, format: 'onnx' })).id;
  });

  const SCREENS: [string, () => string, RegExp][] = [
    ['a dataset', () => '/data/builtin:emoji', /Emoji/],
    ['a run', () => `/runs/${ids.denseRun}`, /Teacher/],
    ['a distillation', () => `/runs/${ids.distillRun}`, /Distill Teacher/],
    ['a checkpoint', () => `/checkpoints/${ids.size}`, /depth 2/],
    ['the import of a checkpoint', () => '/checkpoints/import', /Import/],
    ['a learngene', () => `/learngenes/${ids.learngene}`, /Learngene of/],
    ['sizes from one learngene', () => `/initialize/${ids.group}`, /2 sizes/],
    ['a comparison', () => '/bench', /Bench/],
    ['a new comparison', () => '/bench/new', /New comparison/],
    ['an export', () => `/exports/${ids.export}`, /ONNX export/],
    ['the lineage of one thing', () => `/lineage?id=${ids.learngene}`, /Lineage/],
    ['recent work', () => '/', /Home/],
    ['a table of runs', () => '/runs', /Runs/],
    ['the size explorer with a learngene', () => '/sizes', /Size/],
  ];

  it.each(SCREENS)('%s has no finding of axe in either theme', async (_, path, name) => {
    await open(path());
    await heading(page, name).waitFor();
    await settled();
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each(['Log', 'Configuration', 'Checkpoints', 'Notes'])('the tab %s of a run has none either', async (tab) => {
    await open(`/runs/${ids.denseRun}`);
    await page.getByRole('tab', { name: tab }).click();
    await settled();
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each(SCREENS)('%s fits a window of 1280×720 that is zoomed to twice its size, and one of 3840×2160', async (_, path, name) => {
    for (const [width, height] of [[640, 360], [3840, 2160]] as const) {
      await page.setViewportSize({ width, height });
      await open(path());
      await heading(page, name).waitFor();
      await settled();
      expect(await layoutFindings(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it.each(SCREENS.filter(([, path]) => !/import|new|lineage/.test(path())))('%s fills a window of 3840×2160, its lines of text within reach of the eye', async (_, path, name) => {
    await page.setViewportSize({ width: 3840, height: 2160 });
    await open(path());
    await heading(page, name).waitFor();
    await settled();
    const { free, longest } = await page.getByRole('main').evaluate((main) => {
      const box = main.getBoundingClientRect();
      const rights = [...main.querySelectorAll('section, table, .mantine-Paper-root, button, a')].map((part) => part.getBoundingClientRect().right);
      const lines = [...main.querySelectorAll('p')].map((line) => line.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(line).fontSize));
      return { free: (box.right - Math.max(...rights)) / box.width, longest: Math.max(0, ...lines) };
    });
    expect(free).toBeLessThan(0.04);
    // In units of the letter's size; about 130 letters.
    expect(longest).toBeLessThan(72);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  const WIZARDS: [string, () => string, string, string, string][] = [
    ['an extraction', () => `/extract?checkpoint=${ids.dense}`, 'Learngene', 'Name', 'Kept over a reload'],
    ['a training', () => `/train?checkpoint=${ids.dense}`, 'Training', 'Steps', '777'],
    ['an initialisation', () => `/initialize?learngene=${ids.learngene}&depths=[2,4]`, 'Tuning', 'Steps', '77'],
    ['an export', () => `/export?checkpoint=${ids.size}`, 'Format', 'Folder', '/somewhere/else'],
    ['a copy of a run', () => `/pretrain?from=${ids.denseRun}`, 'Training', 'Steps', '7777'],
  ];

  it.each(WIZARDS)('%s that was being entered is there after a reload, at its step', async (_, path, step, field, value) => {
    await open(path());
    await page.getByRole('navigation', { name: 'Steps of the wizard' }).getByRole('button', { name: step }).click();
    await wizard.at(step);
    await page.getByRole('textbox', { name: field, exact: true }).fill(value);
    // The draft is in this browser at once, whatever the host has of it.
    await page.reload();
    await wizard.at(step);
    await expect.poll(() => page.getByRole('textbox', { name: field, exact: true }).inputValue(), { timeout: 10_000 }).toBe(value);
    await page.getByRole('button', { name: 'Start over' }).click();
  });

  it('what a run said and how its charts are set outlive a reload', async () => {
    await open(`/runs/${ids.denseRun}`);
    await page.getByText('Log y').click();
    await page.reload();
    await heading(page, /Teacher/).waitFor();
    await expect.poll(() => page.getByRole('checkbox', { name: 'Log y' }).isChecked(), { timeout: 10_000 }).toBe(true);
    await page.getByRole('tab', { name: 'Log' }).click();
    const log = page.getByRole('log');
    for (const line of ['Started: 24 steps', 'The state at step 12 is saved', 'Completed']) await log.getByText(line).waitFor();
  });

  it('has raised no error in the console', () => {
    expect(studio.problems).toEqual([]);
  });
});

/** Nothing is still on its way. */
async function settled(): Promise<void> {
  await expect.poll(() => page.getByRole('main').getByRole('status', { name: 'Loading' }).count(), { timeout: 15_000 }).toBe(0);
  await page.waitForLoadState('networkidle');
}
