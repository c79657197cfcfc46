import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/chromium';
import { startApplication, temporaryFolders, type Application } from '../support/application';
import { heading, tabTo, waitForRun, WizardForm } from '../support/pages';
import { makePictures } from '../support/pictures';

const folders = temporaryFolders();
let browser: Browser;
let application: Application;
let page: Page;
let wizard: WizardForm;
let pictures: string;

beforeAll(async () => {
  pictures = await makePictures(join(folders.make('pictures'), 'shapes'), 20);
  application = await startApplication(folders.make('wizard'));
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  wizard = new WizardForm(page);
});

afterAll(async () => {
  await browser?.close();
  await application?.stop();
  folders.remove();
});

describe('from pictures to models of several sizes', () => {
  it('adds a folder of pictures and shows them', async () => {
    await page.goto(application.url);
    await page.getByRole('link', { name: 'New project from my images' }).click();
    await wizard.enter({ 'Folder or zip archive': pictures, Name: 'Shapes' });
    await page.getByRole('combobox', { name: 'Picture size' }).click();
    await page.getByRole('option', { name: '16 × 16 pixels' }).click();
    await page.getByRole('button', { name: 'Add images' }).click();
    await heading(page, 'Shapes').waitFor();
    for (const text of ['discs', 'bars']) await page.getByText(text, { exact: true }).first().waitFor();
    const preview = page.getByRole('img', { name: 'Some of the pictures of Shapes' });
    await preview.waitFor();
    expect(await preview.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(16);
  });

  it('refuses a shape that cannot work, beside its field', async () => {
    await page.goto(`${new URL(application.url).origin}/#/pretrain`);
    await page.getByRole('radio', { name: /Shapes/ }).click();
    await wizard.next('Model');
    await wizard.enter({ 'Hidden size': 32, Depth: 2, Heads: 3, 'Patch size': 4 });
    const heads = page.getByRole('textbox', { name: 'Heads', exact: true });
    await page.getByText(/not divisible by 3 heads/).first().waitFor();
    expect(await heads.getAttribute('aria-invalid')).toBe('true');
    await wizard.enter({ Heads: 2 });
    await expect.poll(() => page.getByText(/not divisible by 3 heads/).count()).toBe(0);
  });

  it('keeps what was entered over a reload', async () => {
    // The draft is written after a short pause in typing.
    await expect.poll(async () => {
      await page.reload();
      const field = page.getByRole('textbox', { name: 'Hidden size', exact: true });
      await field.waitFor();
      return field.inputValue();
    }, { timeout: 10_000 }).toBe('32');
  });

  it('pretrains, with Enter and Tab alone from here', async () => {
    await tabTo(page, page.getByRole('textbox', { name: 'Rank', exact: true }));
    await page.keyboard.type('16');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Training' }).waitFor();
    for (const [label, value] of [['Steps', '400'], ['Batch size', '8']] as const) {
      await tabTo(page, page.getByRole('textbox', { name: label, exact: true }));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(value);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Review' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Start pretraining' }));
    await page.keyboard.press('Enter');
    await heading(page, /Pretrain Shapes/).waitFor();
  });

  it('shows the run, and loses nothing when the page is loaded again in the middle', async () => {
    await page.getByRole('tab', { name: 'Curves and samples' }).waitFor();
    await page.reload();
    await heading(page, /Pretrain Shapes/).waitFor();
    await waitForRun(page);
    await page.getByText('400', { exact: false }).first().waitFor();
  });

  it('extracts the learngene of the finished run', async () => {
    await page.getByRole('tab', { name: 'Checkpoints' }).click();
    await page.getByRole('link', { name: 'Extract the learngene' }).click();
    await wizard.at('Learngene');
    await wizard.submit('Extract');
    await heading(page, 'Learngene extracted').waitFor();
  });

  it('initialises two sizes from it and shows U and V untouched', async () => {
    await page.getByRole('link', { name: 'Initialise sizes from it' }).click();
    await heading(page, 'Initialise model sizes').waitFor();
    await wizard.at('Sizes');
    const depths = page.getByRole('group', { name: 'Depths' });
    // Three sizes are chosen already; each one that is taken back leaves the next in its place.
    const chosen = depths.getByRole('checkbox', { checked: true });
    await expect.poll(() => chosen.count()).toBe(3);
    for (let left = 2; left >= 0; left--) {
      await chosen.first().press('Space');
      await expect.poll(() => chosen.count()).toBe(left);
    }
    await wizard.enter({ 'Other depths': '1, 3' });
    await page.getByRole('textbox', { name: 'Other depths' }).press('Enter');
    await expect.poll(() => depths.getByRole('checkbox', { checked: true }).count()).toBe(2);
    await wizard.next('Tuning');
    await wizard.enter({ Steps: 30, 'Batch size': 8 });
    await page.getByRole('radio', { name: /Shapes/ }).click();
    await wizard.next('Review');
    await wizard.submit('Initialise 2 sizes');
    await heading(page, '2 sizes from one learngene').waitFor({ timeout: 60_000 });
    for (const depth of [1, 3]) await page.getByRole('region', { name: `Depth ${depth}` }).getByText('Completed', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'U and V untouched' }).waitFor();
  });

  it('draws samples from the smallest', async () => {
    await page.goto(`${new URL(application.url).origin}/#/checkpoints`);
    // The page before has links of the same names.
    await heading(page, 'Checkpoints').waitFor();
    await page.getByRole('link', { name: /depth 1/i }).first().click();
    await wizard.enter({ Pictures: 4, Steps: 5 });
    await page.getByRole('button', { name: 'Draw' }).click();
    const drawn = page.getByRole('main').getByRole('img', { name: /drawn by/ }).first();
    await drawn.waitFor();
    expect(await drawn.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThanOrEqual(32);
  });

  it('exports it to ONNX, checked on the spot', async () => {
    await page.getByRole('link', { name: 'Export', exact: true }).click();
    await wizard.at('Format');
    await page.getByRole('radio', { name: /ONNX/ }).check();
    await wizard.next('Review');
    await wizard.submit('Export');
    await heading(page, /ONNX export/).waitFor({ timeout: 30_000 });
    await page.getByRole('heading', { name: 'Parity report' }).waitFor();
    await page.getByText('passed', { exact: true }).waitFor();
  });
});
