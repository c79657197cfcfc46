/** A run as the beginning of another: its wizard opens with its configuration, shows what differs alone, and starts the same again. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../support/accessibility';
import { heading } from '../support/pages';
import { SOON, Studio } from '../support/studio';

let studio: Studio;
let page: Page;
/** By kind: a run with settings that are not the usual ones. Whether it got far is nothing to a copy. */
const originals: Record<string, any> = {};

const DATA = 'builtin:emoji';

beforeAll(async () => {
  studio = await Studio.start('copies');
  ({ page } = studio);
  await studio.call('settings.set', { threads: 1 });
  const begin = async (kind: string, params: object) => {
    const { runs } = await studio.call('runs.start', { kind, params });
    for (const { id } of runs) await studio.call('runs.cancel', { id });
    return runs;
  };
  const factors = await studio.pretrain('Factors', { steps: 4, seed: 3, weightDecay: 0.1 }, { depth: 2, rank: 8, factorStart: 'orthonormal' });
  const dense = await studio.pretrain('Dense', { steps: 4 }, { depth: 2, rank: null });
  const [factorised, teacher] = [await studio.checkpointOf(factors), await studio.checkpointOf(dense)];
  const learngeneId = (await studio.call('learngenes.extract', { checkpointId: factorised, name: 'Shared' })).learngene.id;
  originals.pretrain = await studio.ended(factors);
  const train = { steps: 4, batchSize: 2, sampleEvery: 0 };
  const [initialised] = await begin('initialize', { learngeneId, datasetId: DATA, depths: [3], sigmaStart: 'mean', tuneBiases: false, train: { ...train, learningRate: 0.02 } });
  const [trained] = await begin('train', { checkpointId: factorised, datasetId: DATA, materialise: false, train: { ...train, schedule: 'cosine', labelDropout: 0.3 } });
  const [distilled] = await begin('distill', { checkpointId: teacher, datasetId: DATA, rank: 8, iterations: 3, train });
  const compared = await begin('bench', {
    datasetId: DATA, name: 'Three ways', methods: ['scratch', 'ligo', 'fine'], depths: [1, 3], seeds: [0], sigmaStarts: ['line', 'random'], denseCheckpointId: teacher, learngeneId,
    adaptation: { ligo: { steps: 2, learningRate: 0.005 }, fine: { steps: 0 } }, chargeAdaptation: false, train: { steps: 5, batchSize: 2 },
  });
  for (const [kind, run] of Object.entries({ initialize: initialised, train: trained, distill: distilled, bench: compared.at(-1) })) originals[kind] = await studio.call('runs.get', { id: run.id });
}, 180_000);

afterAll(() => studio?.close());

/** What the next run of a kind was frozen with. */
const newest = async (kind: string) => (await studio.call('runs.list', { kind: [kind], limit: 1 })).runs[0];

const KINDS: [kind: string, wizard: string, step: string, submit: RegExp][] = [
  ['pretrain', 'New pretraining', 'Training', /Start pretraining/],
  ['initialize', 'Initialise model sizes', 'Tuning', /^Initialise$/],
  ['train', 'Train a checkpoint on', 'Training', /Start training/],
  ['distill', 'Extract a learngene', 'Training', /Start distilling/],
];

it.each(KINDS)('a run of kind %s opens “%s” as it was, with what was changed since beside what it had', async (kind, wizard, step, submit) => {
  const original = originals[kind];
  await studio.open(`/runs/${original.id}`, original.name);
  await page.getByRole('button', { name: 'Copy as a new run' }).click();
  await heading(page, wizard).waitFor();
  await page.getByText(`Copy of ${original.name}`).waitFor();
  const go = (title: string) => page.getByRole('navigation', { name: 'Steps of the wizard' }).getByRole('button', { name: title }).click();
  await go('Review');
  await studio.wizard.at('Review');
  const table = page.getByRole('main').getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'In the original' }) });
  const cells = (row: string) => table.getByRole('row').filter({ has: page.getByRole('cell', { name: row, exact: true }) }).getByRole('cell').allTextContents();
  await page.getByRole('button', { name: /kept from the original/ }).waitFor();
  expect(await cells('Seed')).toEqual([]);
  await go(step);
  await page.getByRole('textbox', { name: 'Seed', exact: true }).fill('41');
  await go('Review');
  const before = String(original.config.train.seed);
  await expect.poll(() => cells('Seed'), SOON).toEqual(['Seed', '41', before]);
  // The table of the review is the same for all.
  if (kind === 'initialize') expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: submit }).and(page.locator(':enabled')).click();
  await expect.poll(async () => (await newest(kind)).id, SOON).not.toBe(original.id);
  const copy = await newest(kind);
  await studio.call('runs.cancel', { id: copy.id });
  expect({ ...copy.config, train: { ...copy.config.train, seed: 0 } }).toEqual({ ...original.config, train: { ...original.config.train, seed: 0 } });
  for (const key of ['datasetId', 'checkpointId', 'learngeneId']) expect(copy[key]).toBe(original[key]);
});

it('a run of a comparison opens all of it, and so does the page of the comparison', async () => {
  const original = originals.bench;
  await studio.open(`/runs/${original.id}`, original.name);
  await page.getByRole('button', { name: 'Copy its comparison' }).click();
  await heading(page, 'New comparison').waitFor();
  await page.getByText('Three ways, a copy').waitFor();
  await studio.open(`/bench?comparison=${original.groupId}`, 'Bench');
  await page.getByRole('link', { name: 'Copy as a new comparison' }).click();
  await heading(page, 'New comparison').waitFor();
  await page.getByRole('navigation', { name: 'Steps of the wizard' }).getByRole('button', { name: 'Review' }).click();
  await studio.wizard.at('Review');
  await page.getByRole('columnheader', { name: 'In the original' }).waitFor();
  await page.getByRole('button', { name: /^Start 8 runs$/ }).click();
  await expect.poll(async () => (await newest('bench')).groupId, SOON).not.toBe(original.groupId);
  const runsOf = async (groupId: string) => {
    const { runs } = await studio.call('runs.list', { groupId, limit: 100, sort: 'name', descending: false });
    return runs.map(({ name, checkpointId, learngeneId, config: { comparison: _name, ...config } }: any) => ({ name, checkpointId, learngeneId, config }));
  };
  expect(await runsOf((await newest('bench')).groupId)).toEqual(await runsOf(original.groupId));
});
