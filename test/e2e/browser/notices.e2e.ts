/** Notices: where they stand in windows of every size, how many there are, and how they go. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../support/accessibility';
import { SOON, Studio } from '../support/studio';

let studio: Studio;
let page: Page;
let runs: string[];

beforeAll(async () => {
  studio = await Studio.start('notices');
  ({ page } = studio);
  runs = [];
  for (const name of ['One', 'Two', 'Three', 'Four']) runs.push(await studio.pretrain(name, { steps: 2 }));
  for (const id of runs) await studio.ended(id);
}, 120_000);

afterAll(() => studio?.close());

const notices = () => page.getByRole('alert');
const box = async (part: Locator) => (await part.boundingBox())!;

/** Throws two runs away in the table, one after the other, so that two notices stand there. */
async function twoNotices(): Promise<void> {
  await page.reload();
  await studio.call('trash.restore', { ids: runs });
  await studio.open('/runs', 'Runs');
  for (const [i, name] of ['One', 'Two'].entries()) {
    await page.getByRole('checkbox', { name: `Select run ${name}` }).check();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await expect.poll(() => notices().count(), SOON).toBe(i + 1);
  }
  // As long as the pointer is on one of them, none goes by itself.
  await notices().last().hover();
}

it('stand within the content, beside the navigation and above the status bar, in windows of every size', async () => {
  for (const [width, height] of [[1280, 720], [640, 360], [3840, 2160]] as const) {
    await page.setViewportSize({ width, height });
    await twoNotices();
    const [content, status, navigation] = await Promise.all([box(page.getByRole('main')), box(page.getByRole('contentinfo', { name: 'Status' })), box(page.getByRole('navigation'))]);
    for (const notice of await notices().all()) {
      const { x, y, width: wide, height: high } = await box(notice);
      const where = `${width}x${height}`;
      expect(x, where).toBeGreaterThan(navigation.x + navigation.width);
      expect(x + wide, where).toBeLessThan(content.x + content.width);
      expect(y, where).toBeGreaterThan(content.y);
      expect(y + high, where).toBeLessThan(status.y);
      // In the right half, where no screen begins a line, and never most of the width.
      expect(x, where).toBeGreaterThan(content.x + content.width * 0.3);
    }
    // What lies under them can be scrolled out from there.
    const main = page.getByRole('main');
    await main.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const end = await main.evaluate((element) => element.firstElementChild!.getBoundingClientRect().bottom);
    const top = Math.min(...(await Promise.all((await notices().all()).map(async (notice) => (await box(notice)).y))));
    if (await main.evaluate((element) => element.scrollHeight > element.clientHeight)) expect(end).toBeLessThan(top + 40);
    if (width === 640) expect(await axeFindings(page)).toEqual([]);
    for (let left = 2; left > 0; left--) {
      await page.keyboard.press('Escape');
      await expect.poll(() => notices().count(), SOON).toBe(left - 1);
    }
  }
  await page.setViewportSize({ width: 1280, height: 720 });
});

it('go with Escape, the latest first, unless something that is open takes it', async () => {
  await twoNotices();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Close the latest notice').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await notices().count()).toBe(2);
  await page.keyboard.press('Escape');
  await expect.poll(() => notices().count(), SOON).toBe(1);
  await notices().getByText('One', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => notices().count(), SOON).toBe(0);
});

it('are three at most, however much happens', async () => {
  await page.reload();
  await studio.call('trash.restore', { ids: runs });
  await studio.open('/runs', 'Runs');
  for (const name of ['One', 'Two', 'Three', 'Four']) {
    await page.getByRole('checkbox', { name: `Select run ${name}` }).check();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByRole('checkbox', { name: `Select run ${name}` }).waitFor({ state: 'detached' });
  }
  expect(await notices().count()).toBe(3);
  await studio.call('trash.restore', { ids: runs });
});

it('say what ended elsewhere, and nothing about the run that is on screen', async () => {
  await studio.open('/', 'Home');
  await page.reload();
  const elsewhere = await studio.pretrain('Elsewhere', { steps: 30 });
  await notices().filter({ hasText: 'Run completed' }).getByRole('link', { name: 'Elsewhere' }).waitFor();
  await studio.ended(elsewhere);
  const here = await studio.pretrain('Here', { steps: 300 });
  await studio.open(`/runs/${here}`, 'Here');
  await studio.ended(here);
  await page.getByRole('main').getByText('Completed', { exact: true }).first().waitFor();
  expect(await notices().getByRole('link', { name: 'Here', exact: true }).count()).toBe(0);
});
