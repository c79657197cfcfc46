/** What one does beside the main path: the palette, shortcuts, copies of runs, commands, settings, licences, files from outside. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../src/shared/actions';
import { root } from '../support/application';
import { heading, type WizardForm } from '../support/pages';
import { SOON, Studio } from '../support/studio';

let studio: Studio;
let page: Page;
let wizard: WizardForm;
let original: string;
let checkpoint: string;
let learngene: string;

beforeAll(async () => {
  studio = await Studio.start('actions');
  ({ page, wizard } = studio);
  // Something that the defaults are not, so that a copy that forgets it is another run.
  original = await studio.pretrain('Original', { warmupSteps: 2, weightDecay: 0.01, emaDecay: 0.9, labelDropout: 0.2 }, { depth: 2, rank: 8, factorStart: 'orthonormal', diffusion: { schedule: 'squaredcos_cap_v2' } });
  checkpoint = await studio.checkpointOf(original);
  learngene = (await studio.call('learngenes.extract', { checkpointId: checkpoint, name: 'Shared' })).learngene.id;
}, 120_000);

afterAll(() => studio?.close());

/** Chooses in the menu of a wizard; gives what is in the clipboard then. */
async function copyAs(what: 'command line' | 'JSON'): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.getByRole('button', { name: 'Copy as…' }).click();
  await page.getByRole('menuitem', { name: `Copy as ${what}` }).click();
  await expect.poll(() => studio.clipboard(), SOON).not.toBe('');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  return studio.clipboard();
}

/** Runs a copied command as a shell does, on the data folder of this application; gives its JSON. */
async function inShell(command: string): Promise<any> {
  const script = `fine-studio() { "${process.execPath}" "${join(root, 'scripts', 'fine.mjs')}" "$@" --json --home "${studio.application.home}"; }\n${command}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

describe('the command palette', () => {
  const search = () => page.getByRole('searchbox', { name: 'Search actions and runs' }).or(page.getByRole('textbox', { name: 'Search actions and runs' }));
  const choose = async (words: string) => {
    await page.keyboard.press('Control+k');
    await search().fill(words);
  };

  it('leads to a screen by its name, and by what it is for', async () => {
    await choose('explorer');
    await page.keyboard.press('Enter');
    await heading(page, 'Size explorer').waitFor();
    await choose('licences');
    await page.keyboard.press('Enter');
    await heading(page, 'About FINE Studio').waitFor();
  });

  it('does an action, and finds a run and what can be done with it', async () => {
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    expect(await scheme()).toBe('light');
    await choose('light dark');
    await page.keyboard.press('Enter');
    await expect.poll(scheme, SOON).toBe('dark');
    await choose('Original');
    await page.getByRole('button', { name: /Original/ }).waitFor();
    await page.keyboard.press('Enter');
    await heading(page, 'Original').waitFor();
    await choose('this run star');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await studio.call('runs.get', { id: original })).starred, SOON).toBe(true);
    await choose('system appearance');
    await page.keyboard.press('Enter');
    await expect.poll(scheme, SOON).toBe('light');
  });

  it('says when nothing is found, and goes away with Escape', async () => {
    await choose('no such thing');
    await page.getByText('Nothing found.').waitFor();
    await page.keyboard.press('Escape');
    await search().waitFor({ state: 'hidden' });
  });
});

describe('shortcuts', () => {
  const shown = (shortcut: string) => shortcut.split('+').map((key) => ({ mod: 'Ctrl', alt: 'Alt' })[key] ?? key).join('');

  it('are listed on the ? sheet, every one', async () => {
    await studio.open('/', 'Home');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.waitFor();
    const listed = await sheet.locator('kbd').evaluateAll((keys) => [...new Set(keys.map((key) => key.parentElement!.parentElement!.textContent))]);
    // A notice of a run that ended meanwhile has a shortcut of its own as long as it stands.
    const lasting = listed.filter((text) => !text!.startsWith('Close the latest notice'));
    expect(lasting.toSorted()).toEqual(ACTIONS.flatMap((action) => ('shortcut' in action ? [`${action.label}${shown(action.shortcut)}`] : [])).toSorted());
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
  });

  it('lead to their screens', async () => {
    const places = ACTIONS.flatMap((action) => ('shortcut' in action && (action.group === 'Go to' || action.group === 'Create') ? [{ label: action.label, keys: action.shortcut.replace('mod', 'Control').replace('alt', 'Alt') }] : []));
    expect(places.length).toBeGreaterThan(10);
    for (const { label, keys } of places) {
      await page.keyboard.press(keys);
      await heading(page, label).waitFor();
    }
  });

  it('do nothing while somebody types', async () => {
    await studio.open('/data/add', 'Add images');
    await page.getByRole('textbox', { name: 'Name' }).fill('what');
    await page.keyboard.type('?');
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('what?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Name' }).fill('');
  });
});

describe('the wizard of a pretraining', () => {
  it('offers named sizes with the memory and the time that each takes here', async () => {
    await studio.open('/pretrain', 'New pretraining');
    await page.getByRole('radio', { name: /Emoji/ }).click();
    await wizard.next('Model');
    const presets: [string, number, number][] = [['Tiny', 64, 4], ['Small', 96, 6], ['Medium', 192, 8], ['Large', 256, 12]];
    const memory: number[] = [];
    for (const [name, hiddenSize, depth] of presets) {
      const card = page.getByRole('button', { name: new RegExp(`^${name}.*Width ${hiddenSize}, ${depth} blocks`) });
      await card.getByText(/[\d.]+ [MG]i?B of memory/).waitFor();
      await card.getByText(/about \d/).waitFor();
      const [, amount, unit] = /([\d.]+) ([MG])i?B of memory/.exec((await card.textContent())!)!;
      memory.push(Number(amount) * (unit === 'G' ? 1024 : 1));
    }
    expect(memory).toEqual(memory.toSorted((a, b) => a - b));
    await page.getByRole('button', { name: /^Tiny/ }).press('Enter');
    expect(await page.getByRole('textbox', { name: 'Hidden size', exact: true }).inputValue()).toBe('64');
    expect(await page.getByRole('button', { name: /^Tiny/ }).getAttribute('aria-pressed')).toBe('true');
  });

  const REFUSED: [string, string, string, string, RegExp][] = [
    ['Model', 'Patch size', '5', '4', /divisible by/],
    ['Model', 'Rank', '999', '8', /above what the matrices allow/],
    ['Training', 'Batch size', '5000', '2', /larger than the dataset/],
    ['Training', 'Steps', '0', '8', /./],
    ['Training', 'Sampling steps', 'many', '2', /./],
  ];

  it('refuses every combination that would fail later beside its field, and marks its step', async () => {
    const steps = page.getByRole('navigation', { name: 'Steps of the wizard' });
    for (const [step, name, wrong, right, message] of REFUSED) {
      await steps.getByRole('button', { name: step }).click();
      await wizard.at(step);
      const field = page.getByRole('textbox', { name, exact: true });
      await field.fill(wrong);
      await expect.poll(() => field.getAttribute('aria-invalid'), SOON).toBe('true');
      const said = await page.locator(`[id="${(await field.getAttribute('aria-describedby'))!.split(' ').find((id) => id.endsWith('error'))}"]`).textContent();
      expect(said).toMatch(message);
      await field.fill(right);
      await expect.poll(() => field.getAttribute('aria-invalid'), SOON).not.toBe('true');
    }
  });

  it('keeps its draft while one is elsewhere, and Back loses nothing', async () => {
    await page.getByRole('link', { name: 'Queue', exact: true }).click();
    await heading(page, 'Queue').waitFor();
    await page.keyboard.press('Control+Alt+p');
    await wizard.at('Training');
    expect(await page.getByRole('textbox', { name: 'Batch size', exact: true }).inputValue()).toBe('2');
    await page.getByRole('button', { name: 'Back' }).click();
    await wizard.at('Model');
    expect(await page.getByRole('textbox', { name: 'Rank', exact: true }).inputValue()).toBe('8');
    await page.getByRole('button', { name: 'Start over' }).click();
    await wizard.at('Data');
  });
});

describe('a copy of a run', () => {
  it('opens the wizard with its configuration, and shows beside it only what differs', async () => {
    await studio.open(`/runs/${original}`, 'Original');
    await page.getByRole('button', { name: 'Copy as a new run' }).click();
    await heading(page, 'New pretraining').waitFor();
    await page.getByText('Copy of Original').waitFor();
    const steps = page.getByRole('navigation', { name: 'Steps of the wizard' });
    await steps.getByRole('button', { name: 'Training' }).click();
    await wizard.at('Training');
    await wizard.enter({ Steps: 9 });
    await wizard.next('Review');
    const rows = await page.getByRole('main').getByRole('table').first().evaluate((table: HTMLTableElement) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)));
    expect(rows[0]).toEqual(['Setting', 'Value', 'In the original']);
    expect(rows.filter((row) => row[2] && !['same', 'In the original'].includes(row[2]))).toEqual([['Steps × batch', '9 × 2', '8 × 2']]);
  });

  let copy: { configHash: string; config: { train: object } };

  it('differs from it in nothing else when it is started', async () => {
    const command = await copyAs('command line');
    const json = JSON.parse(await copyAs('JSON'));
    await wizard.submit('Start pretraining');
    await heading(page, 'Original copy').waitFor();
    copy = await studio.ended(page.url().split('/runs/')[1]!);
    const before = (await studio.call('runs.get', { id: original })).config;
    const after = copy.config;
    expect({ ...after, train: { ...after.train, steps: 8 } }).toEqual(before);

    // The same, said in two other ways.
    const { run } = await inShell(command);
    expect((await studio.call('runs.get', { id: run })).configHash).toBe(copy.configHash);
    const { runs } = await studio.call('runs.start', json);
    expect((await studio.ended(runs[0].id)).configHash).toBe(copy.configHash);
  });
});

describe('the other wizards', () => {
  const WIZARDS: [string, () => string, string, string, () => Promise<any>][] = [
    ['an extraction', () => `/extract?checkpoint=${checkpoint}`, 'Learngene', 'Name', () => studio.call('learngenes.list')],
    ['an initialisation', () => `/initialize?learngene=${learngene}&depths=[1]`, 'Tuning', 'Steps', () => studio.call('runs.list')],
    ['an export', () => `/export?checkpoint=${checkpoint}`, 'Format', 'Folder', () => studio.call('exports.list')],
  ];

  it.each(WIZARDS)('for %s says the same as a command, which the command line takes', async (_, path, step, name, list) => {
    const count = async (): Promise<number> => {
      const found = await list();
      return found.total ?? found.length;
    };
    await page.goto(`${new URL(studio.application.url).origin}/#${path()}`);
    await page.getByRole('navigation', { name: 'Steps of the wizard' }).getByRole('button', { name: step }).click();
    await wizard.at(step);
    // A name with what a shell would take apart.
    await wizard.enter({ [name]: name === 'Steps' ? 3 : name === 'Folder' ? join(studio.folder('export'), "it's out") : "It's $HOME" });
    if (name === 'Steps') await wizard.enter({ 'Batch size': 2 });
    await page.getByRole('button', { name: /^Next/ }).and(page.locator(':enabled')).or(page.getByRole('button', { name: 'Extract' })).first().waitFor();
    const before = await count();
    const [command, json] = [await copyAs('command line'), JSON.parse(await copyAs('JSON'))];
    await inShell(command);
    expect(await count()).toBe(before + 1);
    if (json.kind) expect((await studio.call('runs.plan', json))[0].problems).toEqual([]);
    if (name === 'Name') expect((await studio.call('learngenes.list')).map((l: { name: string }) => l.name)).toContain("It's $HOME");
    await page.getByRole('button', { name: 'Start over' }).click();
  });
});

describe('the queue', () => {
  it('tries a failed run again, from its page and from the queue', async () => {
    const id = await studio.pretrain('Doomed', { learningRate: 1e30, steps: 50 });
    await expect.poll(async () => (await studio.call('runs.get', { id })).status, { timeout: 30_000 }).toBe('failed');
    const { endedAt } = await studio.call('runs.get', { id });
    await studio.open('/queue', 'Queue');
    await page.getByText(/no longer a finite number/).waitFor();
    await page.getByRole('button', { name: /^(Try again|Resume from step \d+)$/ }).click();
    await expect.poll(async () => {
      const run = await studio.call('runs.get', { id });
      return run.status === 'failed' && run.endedAt > endedAt;
    }, { timeout: 30_000 }).toBe(true);
  });
});

describe('settings', () => {
  it('hold the theme over a reload and a restart', async () => {
    await studio.open('/settings', 'Settings');
    await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await expect.poll(async () => (await studio.call('settings.get')).theme, SOON).toBe('dark');
    await page.reload();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await page.getByRole('radiogroup', { name: 'Theme' }).getByText('System').click();
    await page.locator('html[data-mantine-color-scheme=light]').waitFor();
  });

  it('hold how many threads new runs take', async () => {
    await page.getByRole('radiogroup', { name: 'Threads' }).getByRole('radio', { name: 'Number' }).check();
    await page.getByRole('textbox', { name: 'Number of threads' }).fill('1');
    await expect.poll(async () => (await studio.call('settings.get')).threads, SOON).toBe(1);
    const run = await studio.ended(await studio.pretrain('One thread', { steps: 2 }));
    expect(run.config.train.threads).toBe(1);
    await page.getByRole('radio', { name: 'Automatic' }).check();
    await expect.poll(async () => (await studio.call('settings.get')).threads, SOON).toBe(0);
  });

  it('say where everything is kept', async () => {
    await page.getByRole('region', { name: 'Data folder' }).getByText(studio.application.home, { exact: true }).waitFor();
  });
});

describe('about', () => {
  it('has every licence to read and to save', async () => {
    await studio.open('/about', 'About FINE Studio');
    await page.getByRole('textbox', { name: 'Filter packages' }).fill('onnxruntime-node');
    await page.getByRole('button', { name: /^Read the licence of onnxruntime-node/ }).first().click();
    await page.getByRole('dialog').getByText(/Permission is hereby granted|MIT/).first().waitFor();
    await page.keyboard.press('Escape');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save all licences' }).click()]);
    expect(await readFile(await download.path(), 'utf8')).toBe(await readFile(join(root, 'THIRD-PARTY-NOTICES.md'), 'utf8'));
  });
});

describe('files that are dropped in a browser, which does not tell where they lie', () => {
  /** As a person drops a file over an element. */
  async function drop(selector: string, name: string): Promise<void> {
    const dataTransfer = await page.evaluateHandle((file) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['content'], file));
      return transfer;
    }, name);
    await page.dispatchEvent(selector, 'drop', { dataTransfer });
  }

  it('are answered with the way that there is, wherever they fall', async () => {
    await studio.open('/', 'Home');
    await drop('main', 'flowers.zip');
    await page.getByRole('alert').filter({ hasText: 'flowers.zip' }).getByText(/Give the path of its folder or archive under Data/).waitFor();
    await drop('main', 'friend.learngene.safetensors');
    await page.getByRole('alert').filter({ hasText: 'friend.learngene.safetensors' }).getByText(/under Learngenes/).waitFor();
    await studio.open('/data/add', 'Add images');
    await drop('main form .sunk', 'flowers');
    await page.getByRole('status').filter({ hasText: 'type or paste its path below' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Folder or zip archive' }).inputValue()).toBe('');
  });

  it('has raised no error in the console', () => {
    expect(studio.problems).toEqual([]);
  });
});
