/** Folders of runs, the trash, names, and work that is cancelled: as a person does it in the window. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/accessibility';
import { heading } from '../support/pages';
import { SOON, Studio } from '../support/studio';

let studio: Studio;
let page: Page;
let checkpointId: string;
let learngeneId: string;

const call = (method: string, params: object) => studio.call(method, params);
const open = (path: string, name: string | RegExp) => studio.open(path, name);

beforeAll(async () => {
  studio = await Studio.start('management');
  ({ page } = studio);
  const runs = [];
  for (const name of ['Alpha', 'Beta', 'Gamma']) runs.push(await studio.pretrain(name, { steps: 3 }, { depth: 3 }));
  [checkpointId] = await Promise.all(runs.map((id) => studio.checkpointOf(id)));
  learngeneId = (await call('learngenes.extract', { checkpointId, name: 'Shared' })).learngene.id;
}, 120_000);

afterAll(() => studio?.close());

describe('folders of runs', () => {
  const treeItem = (name: RegExp) => page.getByRole('treeitem', { name });
  const names = async () => (await page.getByRole('region', { name: 'Runs', exact: true }).getByRole('link').allTextContents()).toSorted();

  it('begin with the keyboard: a run is chosen by its name and moved into a new folder', async () => {
    await open('/runs', /Runs/);
    await page.getByRole('checkbox', { name: 'Select run Alpha' }).check();
    await page.keyboard.press('Control+Alt+M');
    await page.getByRole('combobox', { name: 'Folder' }).fill('seeds/first');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await treeItem(/^seeds 1 run$/).waitFor();
    await treeItem(/^first 1 run$/).waitFor();
    await treeItem(/^In no folder 2 runs$/).waitFor();
    expect((await call('runs.folders', {})).map((f: { folder: string }) => f.folder)).toEqual(['', 'seeds/first']);
  });

  it('take a run that is dragged onto them', async () => {
    await page.getByRole('row').filter({ hasText: 'Beta' }).dragTo(treeItem(/^seeds/));
    await treeItem(/^seeds 2 runs$/).waitFor();
    expect((await call('runs.folders', {}))).toContainEqual({ folder: 'seeds', runs: 1 });
  });

  it('filter the table with those below them, by the arrow keys too; the address says which', async () => {
    await treeItem(/^All runs/).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await expect.poll(names, SOON).toEqual(['Alpha', 'Beta']);
    expect(page.url()).toContain('folder=seeds');
    await treeItem(/^first/).click();
    await expect.poll(names, SOON).toEqual(['Alpha']);
    await page.reload();
    await expect.poll(names, SOON).toEqual(['Alpha']);
    expect(await treeItem(/^first/).getAttribute('aria-selected')).toBe('true');
    await treeItem(/^In no folder/).click();
    await expect.poll(names, SOON).toEqual(['Gamma']);
    // A closed folder hides those below it.
    await treeItem(/^seeds/).focus();
    await page.keyboard.press('ArrowLeft');
    await treeItem(/^first/).waitFor({ state: 'hidden' });
    expect(await axeFindings(page)).toEqual([]);
    await page.goBack();
    await expect.poll(() => page.url(), SOON).toContain('first');
  });

  const folders = async () => (await call('runs.folders', {})).map((f: { folder: string }) => f.folder).filter(Boolean);
  const dialog = () => page.getByRole('dialog', { name: 'Rename or move the folder' });

  it('are renamed with F2 along with those below them, and what is shown follows', async () => {
    await treeItem(/^seeds/).click();
    await expect.poll(names, SOON).toEqual(['Alpha', 'Beta']);
    await page.keyboard.press('F2');
    await dialog().getByRole('textbox', { name: 'Name' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog().getByRole('textbox', { name: 'Name' }).fill('archive/2026');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    expect(await folders()).toEqual(['archive/2026', 'archive/2026/first']);
    await expect.poll(() => decodeURIComponent(page.url()), SOON).toContain('folder=archive/2026');
    await expect.poll(names, SOON).toEqual(['Alpha', 'Beta']);
  });

  it('stay as they are when the name is given up', async () => {
    await treeItem(/^2026/).focus();
    await page.keyboard.press('F2');
    await dialog().getByRole('textbox', { name: 'Name' }).fill('elsewhere');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    expect(await folders()).toEqual(['archive/2026', 'archive/2026/first']);
  });

  it('are moved by dragging: to the top, and into another one with all that is in them', async () => {
    await treeItem(/^first/).dragTo(treeItem(/^All runs/));
    await expect.poll(folders, SOON).toEqual(['archive/2026', 'first']);
    // The tree is drawn anew before one can aim at its parts.
    await treeItem(/^archive 1 run$/).waitFor();
    await treeItem(/^2026/).dragTo(treeItem(/^first/));
    await expect.poll(folders, SOON).toEqual(['first', 'first/2026']);
    await treeItem(/^first 2 runs$/).waitFor();
    // A folder is not in itself.
    await treeItem(/^first/).dragTo(treeItem(/^2026/));
    expect(await folders()).toEqual(['first', 'first/2026']);
  });

  it('are dissolved by an empty name; their runs stay', async () => {
    await treeItem(/^first/).focus();
    await page.keyboard.press('F2');
    await dialog().getByRole('textbox', { name: 'Name' }).fill('');
    await dialog().getByText('none is lost').waitFor();
    await dialog().getByRole('button', { name: 'Dissolve' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(folders, SOON).toEqual(['2026']);
    expect((await call('runs.list', {})).total).toBe(3);
  });
});

describe('the trash', () => {
  it('gives back at once what went there by mistake', async () => {
    await open('/runs', /Runs/);
    await page.getByRole('checkbox', { name: 'Select run Gamma' }).check();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByRole('alert').filter({ hasText: 'Moved to the trash' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await call('runs.list', {})).total, SOON).toBe(3);
  });

  it('is named on the page of what lies in it, which gives it back', async () => {
    const run = (await call('runs.list', { search: 'Gamma' })).runs[0];
    const things = [['run', run.id, `/runs/${run.id}`, 'Gamma'], ['checkpoint', checkpointId, `/checkpoints/${checkpointId}`, /Alpha/], ['learngene', learngeneId, `/learngenes/${learngeneId}`, 'Shared']] as const;
    for (const [noun, id, path, title] of things) {
      await open(path, title);
      await call('trash.move', { ids: [id] });
      await open(path, title);
      const banner = page.getByRole('alert').filter({ hasText: `This ${noun} is in the trash` });
      await banner.waitFor();
      expect(await call('trash.list', {})).toEqual([expect.objectContaining({ id, kind: noun })]);
      expect(await axeFindings(page)).toEqual([]);
      await banner.getByRole('button', { name: 'Restore' }).click();
      await banner.waitFor({ state: 'hidden' });
      expect(await call('trash.list', {})).toEqual([]);
    }
  });

  it('holds checkpoints and exports too, with their bytes, and names what stays before it erases', async () => {
    await call('exports.create', { checkpointId, format: 'safetensors' });
    await open(`/checkpoints/${checkpointId}`, /Alpha/);
    await page.getByRole('textbox', { name: 'Name of the checkpoint' }).fill('Alpha, kept');
    await page.getByRole('button', { name: 'Rename' }).click();
    await heading(page, 'Alpha, kept').waitFor();
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await heading(page, /Checkpoints/).waitFor();
    await open('/trash', /Trash/);
    await page.getByRole('checkbox', { name: 'Select checkpoint Alpha, kept' }).check();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Erase…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase Alpha, kept?' });
    await dialog.getByText('Erased along', { exact: true }).waitFor();
    const text = await dialog.textContent();
    expect(text).toMatch(/\d (kB|KB|KiB|MB|MiB) are deleted/);
    expect(text).toContain('Export safetensors of Alpha, kept');
    expect(text).toMatch(/Learngene Shared\. It stays/);
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('The trash is empty').waitFor();
    expect(await call('exports.list', {})).toEqual([]);
  });

  it('keeps what a paused run still reads', async () => {
    const { runs } = await call('runs.start', { kind: 'initialize', params: { learngeneId, datasetId: 'builtin:emoji', depths: [2], train: { steps: 100_000, batchSize: 2, sampleEvery: 0 } } });
    await call('runs.pause', { id: runs[0].id });
    await expect.poll(async () => (await call('runs.get', { id: runs[0].id })).status, { timeout: 30_000 }).toBe('paused');
    await call('trash.move', { ids: [learngeneId] });
    await open('/trash', /Trash/);
    await page.getByRole('cell', { name: /Needed by Initialise/ }).waitFor();
    await page.getByRole('checkbox', { name: 'Select learngene Shared' }).check();
    await page.getByRole('button', { name: 'Erase…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Still needed by', { exact: true }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The trash is empty').waitFor();
  });
});

describe('learngenes from elsewhere', () => {
  it('are imported by their path, and say on their page where they came from', async () => {
    const { file } = await call('learngenes.get', { id: learngeneId });
    const copy = join(studio.folder('elsewhere'), 'elsewhere.learngene.safetensors');
    copyFileSync(join(studio.application.home, file), copy);
    await open('/learngenes/import', /Import a learngene/);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Learngene file' }).fill(copy);
    await page.keyboard.press('Enter');
    await heading(page, 'elsewhere').waitFor();
    await page.getByText('imported from elsewhere.learngene.safetensors').waitFor();
    await page.getByRole('link', { name: 'Initialise sizes' }).first().click();
    await heading(page, /Initialise/).waitFor();
  });
});

describe('runs that stopped before their end', () => {
  it('are resumed, kept as they are, or discarded on Home', async () => {
    const ids: Record<string, string> = {};
    for (const name of ['Resumed', 'Kept', 'Discarded']) {
      const id = (ids[name] = await studio.pretrain(name, { steps: 100_000 }));
      await call('runs.pause', { id });
      await studio.ended(id, 'paused');
    }
    await open('/', 'Home');
    const attention = page.getByRole('region', { name: 'Needs attention' });
    const link = (name: string) => attention.getByRole('link', { name, exact: true });
    const press = (name: string, button: string | RegExp) => attention.locator('div', { has: page.getByRole('link', { name, exact: true }) }).filter({ has: page.getByRole('button', { name: 'Discard' }) }).last().getByRole('button', { name: button }).click();
    await press('Kept', 'Keep as it is');
    await link('Kept').waitFor({ state: 'hidden' });
    await press('Discarded', 'Discard');
    await link('Discarded').waitFor({ state: 'hidden' });
    expect((await call('runs.get', { id: ids.Discarded })).trashedAt).not.toBeNull();
    await press('Resumed', /^(Resume from step|Start again)/);
    await link('Resumed').waitFor({ state: 'hidden' });
    await studio.ended(ids.Resumed!, 'running');
    await call('runs.cancel', { id: ids.Resumed });
    await page.reload();
    await heading(page, 'Home').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await link('Kept').count()).toBe(0);
    expect((await call('runs.get', { id: ids.Kept })).status).toBe('paused');
  });
});

describe('work beside training', () => {
  it('is cancelled where its progress is shown', async () => {
    const other = (await call('checkpoints.list', {})).find((c: { name: string }) => c.name === 'Beta').id;
    await open(`/checkpoints/${other}`, /Beta/);
    await page.getByRole('textbox', { name: 'Pictures' }).fill('256');
    await page.getByRole('textbox', { name: 'Steps' }).first().fill('1000');
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    const playground = page.getByRole('region', { name: 'Playground' });
    await playground.getByRole('button', { name: 'Cancel: Sample Beta' }).waitFor();
    await page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: 'Cancel: Sample Beta' }).waitFor();
    // A window that is opened anew knows of it, too.
    await open('/queue', /Queue/);
    await page.reload();
    await page.getByRole('region', { name: 'Short work' }).getByRole('button', { name: 'Cancel: Sample Beta' }).click();
    await page.getByRole('region', { name: 'Short work' }).waitFor({ state: 'hidden' });
    expect(await call('tasks.list', {})).toEqual([]);
    expect(await call('samples.list', { checkpointId: other })).toEqual([]);
  });
});
