import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, layoutFindings } from '../support/accessibility';
import { makePictures } from '../support/pictures';
import { Studio } from '../support/studio';

let studio: Studio;
let page: Page;
let quality: Locator;
let checkpointId: string;

const call = (method: string, params: object) => studio.call(method, params);
const field = (name: string) => quality.getByRole('textbox', { name, exact: true });

beforeAll(async () => {
  studio = await Studio.start('quality');
  ({ page } = studio);
  quality = page.getByRole('region', { name: 'Quality' });
  const { id: datasetId } = await call('datasets.add', { path: await makePictures(join(studio.folder('pictures'), 'shapes'), 20), size: 16, name: 'Shapes' });
  checkpointId = await studio.checkpointOf(await studio.pretrain('Small model', { batchSize: 8 }, { datasetId }));
});

afterAll(() => studio?.close());

describe('the quality of a checkpoint', () => {
  it('refuses too few samples beside their field, before anything is asked of the host', async () => {
    await studio.open(`/checkpoints/${checkpointId}`, 'Small model');
    await field('Samples').fill('19');
    await quality.getByText('19 samples are too few for 19 features').waitFor();
    expect(await field('Samples').getAttribute('aria-invalid')).toBe('true');
    expect(await quality.getByRole('button', { name: 'Measure' }).isDisabled()).toBe(true);
  });

  it('measures with the keyboard alone, and shows every figure beside that of real pictures', async () => {
    await field('Samples').fill('24');
    await field('Sampling steps').fill('3');
    await field('Sampling steps').press('Enter');
    const figures = quality.getByRole('table', { name: 'Figures' });
    await figures.waitFor({ timeout: 60_000 });
    const row = await figures.getByRole('row').filter({ hasText: 'FD-24 (pca-19 of pixels)' }).getByRole('cell').allTextContents();
    const [made] = await call('evaluations.list', { checkpointId });
    const shown = (value: number) => Number(value.toPrecision(4));
    expect(row.slice(1, 3).map(Number)).toEqual([shown(made.figures[0].value), shown(made.figures[0].floor)]);
    expect(row[3].trim()).toBe('lower');
    await figures.getByRole('row').filter({ hasText: 'Held-out loss' }).waitFor();
    await quality.getByText(/24 samples \(DDIM, 3 steps, guidance 1, seed 0\) against 40 real pictures/).waitFor();
  });

  it('keeps what was measured before, and shows it again', async () => {
    await field('Seed of the noise').fill('7');
    await field('Seed of the noise').press('Enter');
    await quality.getByText(/guidance 1, seed 7\) against/).waitFor({ timeout: 60_000 });
    const earlier = quality.getByRole('table', { name: 'Evaluations of this checkpoint' }).getByRole('row').filter({ hasText: 'seed 0' });
    await earlier.getByRole('button').click();
    await quality.getByText(/guidance 1, seed 0\) against/).waitFor();
    await page.reload();
    await quality.getByText(/guidance 1, seed 7\) against/).waitFor();
  });

  it('has no finding of axe in either theme, and fits', async () => {
    expect(await axeFindings(page)).toEqual([]);
    expect(await layoutFindings(page)).toEqual([]);
  });

  it('says beside its field what is wrong with an extractor', async () => {
    const file = join(studio.folder('extractor'), 'broken.onnx');
    writeFileSync(file, 'this is no model');
    await quality.getByRole('combobox', { name: 'Features' }).click();
    await page.getByRole('option', { name: 'ONNX file' }).click();
    await field('Extractor').fill(file);
    await field('Extractor').press('Enter');
    await quality.getByText('broken.onnx cannot be loaded as an ONNX model.').waitFor({ timeout: 60_000 });
    await quality.getByRole('combobox', { name: 'Features' }).click();
    await page.getByRole('option', { name: /Pixels/ }).click();
    expect(await quality.getByRole('button', { name: 'Measure' }).isEnabled()).toBe(true);
  });

  it('stands in the list of checkpoints', async () => {
    await studio.open('/checkpoints', 'Checkpoints');
    await page.getByRole('row').filter({ hasText: 'Small model' }).filter({ hasText: 'FD-24 (pca-19 of pixels)' }).waitFor();
    expect(studio.problems).toEqual([]);
  });
});
