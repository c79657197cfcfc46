/** What one sees of a model: sigma, its plane, the untouched factors, where it came from, its pictures, what it takes of the machine. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chart } from '../support/charts';
import { heading } from '../support/pages';
import { SOON, Studio } from '../support/studio';

const TYPES = ['qkv', 'proj', 'fc1', 'fc2', 'adaLN'];
const TUNING_STEPS = 20;

let studio: Studio;
let page: Page;
let sourceRun: string;
let source: string;
let learngene: { id: string; uvHash: string };
let group: string;
/** Runs and checkpoints of the sizes, by depth. */
const sizes: Record<number, { run: string; checkpoint: string }> = {};

beforeAll(async () => {
  studio = await Studio.start('inside');
  ({ page } = studio);
  sourceRun = await studio.pretrain('Source', { steps: 24, sampleEvery: 6 }, { depth: 3, sampleSteps: '2', sampleCount: 4 });
  source = await studio.checkpointOf(sourceRun);
  ({ learngene } = await studio.call('learngenes.extract', { checkpointId: source, name: 'Shared factors' }));
  const started = await studio.call('runs.start', { kind: 'initialize', params: { learngeneId: learngene.id, datasetId: 'builtin:emoji', depths: [2, 4], train: { steps: TUNING_STEPS, batchSize: 2, warmupSteps: 0, sampleEvery: 0 } } });
  group = started.groupId;
  for (const [i, depth] of [2, 4].entries()) sizes[depth] = { run: started.runs[i].id, checkpoint: await studio.checkpointOf(started.runs[i].id) };
}, 120_000);

afterAll(() => studio?.close());

describe('sigma', () => {
  it('has a curve per type of weight while it is tuned', async () => {
    await studio.open(`/runs/${sizes[4]!.run}`, /depth 4/i);
    const sigma = new Chart(page, 'Sigma');
    await sigma.plot.locator('path').first().waitFor();
    const [header, ...rows] = await sigma.table();
    expect(header).toEqual(['Step', ...TYPES]);
    expect(Number(rows.at(-1)![0])).toBe(TUNING_STEPS);
    const series = await studio.call('runs.series', { id: sizes[4]!.run, keys: TYPES.map((type) => `sigma.${type}`) });
    for (const [i, type] of TYPES.entries()) {
      const { points } = series.find((s: { key: string }) => s.key === `sigma.${type}`);
      expect(Number(rows.at(-1)![i + 1])).toBe(Number(points.at(-1).value.toPrecision(4)));
      expect(points.at(-1).value).not.toBe(points[0].value);
    }
  });

  it('has one curve per size beside each other', async () => {
    await studio.open(`/initialize/${group}`, '2 sizes from one learngene');
    const sigma = new Chart(page, 'Sigma');
    await sigma.line('Depth 4').waitFor();
    const [header, ...rows] = await sigma.table();
    expect(header).toEqual(['Step', 'Depth 2', 'Depth 4']);
    expect(rows.at(-1)!.slice(1)).not.toContain('–');
  });

  it('of several sizes lies in one plane, with the R² of the line through it; sizes can be left out', async () => {
    await studio.open(`/learngenes/${learngene.id}`, 'Shared factors');
    const plane = new Chart(page, 'Layers in one plane');
    const r2 = async (ids: string[]) => (await studio.call('checkpoints.analyse', { ids })).pca as Record<string, { r2: number }>;
    const all = await r2([source, sizes[2]!.checkpoint, sizes[4]!.checkpoint]);
    await plane.section.getByText(`R² = ${all.all!.r2.toFixed(3)}`).waitFor();
    await page.getByRole('img', { name: 'Layers in one plane: 9 points in 3 series.' }).waitFor();
    const table = page.getByRole('region', { name: 'Straightness per type' }).getByRole('row');
    for (const type of TYPES) expect(await table.filter({ has: page.getByRole('cell', { name: type, exact: true }) }).getByRole('cell').nth(1).textContent()).toBe(all[type]!.r2.toFixed(3));
    expect((await plane.table()).slice(1).map((row) => row.slice(0, 2).join(', '))).toEqual([['Depth 3 (source)', 3], ['Depth 2', 2], ['Depth 4', 4]].flatMap(([name, depth]) => Array.from({ length: depth as number }, (_, l) => `${name}, layer ${l + 1}`)));

    const models = page.getByRole('group', { name: 'Models to look at' });
    await models.getByRole('checkbox', { name: 'Depth 2' }).press('Space');
    await page.getByRole('img', { name: 'Layers in one plane: 7 points in 2 series.' }).waitFor();
    const fewer = await r2([source, sizes[4]!.checkpoint]);
    await plane.section.getByText(`R² = ${fewer.all!.r2.toFixed(3)}`).waitFor();
    await models.getByRole('checkbox', { name: 'Depth 2' }).press('Space');
    await page.getByRole('img', { name: /9 points in 3 series/ }).waitFor();
  });
});

describe('the factors', () => {
  it('are shown untouched by their hash before and after, the learngene’s own, for every size', async () => {
    await studio.open(`/initialize/${group}`, '2 sizes from one learngene');
    const proof = page.getByRole('region', { name: 'U and V untouched' });
    const rows = await proof.getByRole('row').evaluateAll((all) => all.slice(1).map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent)));
    const short = `${learngene.uvHash.slice(0, 16)}…`;
    expect(rows).toEqual([['Learngene', short, '', ''], ['Depth 2', short, short, 'untouched'], ['Depth 4', short, short, 'untouched']]);
    await proof.getByRole('button', { name: 'Copy the hashes' }).click();
    await expect.poll(() => studio.clipboard(), SOON).toBe([`learngene ${learngene.uvHash}`, ...[2, 4].map((depth) => `depth ${depth}: before ${learngene.uvHash}, after ${learngene.uvHash}`)].join('\n'));
    await page.getByRole('link', { name: 'Depth 2', exact: true }).click();
    await page.getByRole('region', { name: 'Progress' }).getByText('untouched').waitFor();
  });
});

describe('the lineage', () => {
  it('is walked by clicking, from the data to a size and back', async () => {
    await studio.open(`/lineage?id=${learngene.id}`, 'Lineage');
    const graph = page.getByRole('region', { name: 'Lineage graph' });
    const stations: [RegExp, string | RegExp][] = [[/^Data: Emoji/, /Emoji/], [/^Checkpoint: Source/, 'Source'], [/^Learngene: Shared factors/, 'Shared factors'], [/^Checkpoint: .*depth 4/i, /depth 4/i]];
    for (const [box, name] of stations) {
      await graph.getByRole('link', { name: box }).click();
      await heading(page, name).waitFor();
      await page.goBack();
      await heading(page, 'Lineage').waitFor();
    }
    await expect.poll(() => graph.getByRole('link').count(), SOON).toBe(5);
    // Runs are edges unless one asks for them.
    await page.getByText('Runs as boxes').click();
    await graph.getByRole('link', { name: /^Run: Source/ }).click();
    await heading(page, 'Source').waitFor();
    await page.goBack();
    await page.getByText('Table', { exact: true }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: 'Learngene', exact: true }) });
    expect(await row.getByRole('cell').last().textContent()).toContain('Source');
  });
});

describe('pictures', () => {
  it('of one seed are followed over the steps of a run with a slider', async () => {
    await studio.open(`/runs/${sourceRun}`, 'Source');
    const samples = page.getByRole('region', { name: 'Samples' });
    const at = (step: number) => samples.getByRole('img', { name: new RegExp(`4 pictures drawn by Source at step ${step},`) });
    await at(24).waitFor();
    const shown = await samples.locator('img').getAttribute('src');
    const slider = samples.getByRole('slider', { name: 'Step of the samples' });
    await slider.press('Home');
    await at(0).waitFor();
    expect(await samples.locator('img').getAttribute('src')).not.toBe(shown);
    for (const step of [6, 12]) {
      await slider.press('ArrowRight');
      await at(step).waitFor();
    }
    expect(await samples.locator('img').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(32);
    await samples.getByText(/2 steps, guidance .*, seed/).waitFor();
    await samples.getByRole('button', { name: 'Follow the newest' }).click();
    await at(24).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), samples.getByRole('link', { name: 'Save this grid as PNG' }).click()]);
    expect(download.suggestedFilename()).toBe('Source-step-24.png');
  });

  it('of two checkpoints are drawn side by side on the same seeds', async () => {
    await studio.open(`/checkpoints/${sizes[2]!.checkpoint}`, /depth 2/i);
    const playground = page.getByRole('region', { name: 'Playground' });
    await playground.getByRole('combobox', { name: 'Side by side with' }).click();
    await page.getByRole('option', { name: /depth 4/i }).click();
    for (const [field, value] of [['Pictures', '2'], ['Steps', '2'], ['Seed', '7']] as const) await playground.getByRole('textbox', { name: field, exact: true }).fill(value);
    await playground.getByRole('textbox', { name: 'Seed', exact: true }).press('Enter');
    for (const depth of [2, 4]) {
      const picture = playground.getByRole('img', { name: new RegExp(`^2 pictures drawn by .*depth ${depth}`, 'i') });
      await picture.first().waitFor({ timeout: 60_000 });
      expect(await picture.first().evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(32);
    }
    const drawn = await Promise.all([2, 4].map(async (depth) => (await studio.call('samples.list', { checkpointId: sizes[depth]!.checkpoint }))[0].config));
    for (const key of ['seed', 'steps', 'classes', 'guidanceScale', 'sampler']) expect(drawn[0][key]).toEqual(drawn[1][key]);
    expect(drawn[0].seed).toBe(7);
  });
});

describe('a run at work', () => {
  it('shows what it takes of the machine, on its page and at the foot of the window', async () => {
    const run = await studio.pretrain('At work', { steps: 100_000 });
    await studio.open(`/runs/${run}`, 'At work');
    const machine = page.getByRole('region', { name: 'Machine' });
    await machine.getByText(/^\d+ %$/).first().waitFor({ timeout: 30_000 });
    await machine.getByText(/^[\d.]+ [MG]iB of [\d.]+ GiB$/).waitFor();
    // A second measurement makes a line of the first.
    await expect.poll(() => machine.locator('path').first().getAttribute('d'), { timeout: 30_000 }).toContain('L');
    await page.getByRole('contentinfo', { name: 'Status' }).getByText(/^CPU \d+ %, memory [\d.]+ [MG]iB$/).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await studio.ended(run, 'cancelled');
    await machine.waitFor({ state: 'hidden' });
  });

  it('has afterwards what it took beside what was estimated before it started, and how often it saw each picture', async () => {
    const id = await studio.pretrain('Measured', { steps: 3000 });
    const { result } = await studio.ended(id);
    expect(result.estimatedBytes).toBeGreaterThan(1e6);
    expect(result.peakBytes).toBeGreaterThan(1e6);
    expect(result.estimatedMs).toBeGreaterThan(0);
    await studio.open(`/runs/${id}`, 'Measured');
    const progress = page.getByRole('region', { name: 'Progress' });
    await progress.getByText(/^[\d.]+ [MG]iBestimated [\d.]+ [MG]iB$/).waitFor();
    await progress.getByText(/estimated [\d.]+ (ms|s|min)/).waitFor();
    const { images, heldOut } = await studio.call('datasets.get', { id: 'builtin:emoji' });
    await progress.getByText(`epoch ${((3000 * 2) / (images - heldOut)).toFixed(2)}`).waitFor();
  });

  it('has raised no error in the console', () => {
    expect(studio.problems).toEqual([]);
  });
});
