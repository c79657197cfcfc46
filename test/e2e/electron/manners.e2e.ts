import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../src/shared/actions';
import type { Learngene, Run } from '../../../src/shared/entities';
import { temporaryFolders } from '../support/application';
import { Desktop, prepareApplication, startScreen, until, wait, type DesktopOptions, type Screen } from './desktop';

const QUESTION = '^FINE Studio$';
const BOUNDS = { x: 120, y: 60, width: 1200, height: 760 };

const folders = temporaryFolders();
let screen: Screen;
let options: DesktopOptions;
let desktop: Desktop;
let home: string;

const windows = (): Promise<number> => desktop.main<number>('electron.BrowserWindow.getAllWindows().length');
const closeWindow = (): Promise<unknown> => desktop.main('electron.BrowserWindow.getAllWindows()[0].close()');
/** Ids are small numbers that Electron counts up. */
const awake = (): Promise<boolean> => desktop.main<boolean>('Array.from({ length: 50 }, (_, id) => id).some((id) => electron.powerSaveBlocker.isStarted(id))');

/** As the host tells it to anybody with its token, window or not. */
async function runNow(id: string): Promise<Run> {
  const { port, token } = JSON.parse(readFileSync(join(home, 'host.json'), 'utf8')) as { port: number; token: string };
  const reply = await fetch(`http://127.0.0.1:${port}/api`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ id: 1, method: 'runs.get', params: { id } }) });
  return ((await reply.json()) as { result: Run }).result;
}

async function startRun(name: string, steps: number): Promise<string> {
  const train = { steps, batchSize: 8, checkpointEvery: 1000, sampleEvery: 0 };
  const { runs } = await desktop.invoke<{ runs: Run[] }>('runs.start', { kind: 'pretrain', params: { datasetId: 'builtin:emoji', name, hiddenSize: 16, depth: 1, heads: 2, patchSize: 8, rank: 8, train } });
  const { id } = runs[0]!;
  await until(`${name} to train`, async () => (await desktop.invoke<Run>('runs.get', { id })).step > 0, 60_000);
  return id;
}

/** Answers the question about running work by the keyboard; its first button has it. */
async function answer(...keys: string[]): Promise<void> {
  await desktop.focus(QUESTION);
  desktop.press(...keys);
  await until('the question to go', () => desktop.windows(QUESTION).length === 0);
}

beforeAll(async () => {
  const folder = folders.make('manners');
  home = folders.make('manners-home');
  const command = await prepareApplication(folder);
  screen = await startScreen();
  options = { command, home, userData: folders.make('manners-user'), display: screen.display, inspect: true };
  desktop = await Desktop.start(options);
  // What goes to the desktop's own services is written down beside, because a virtual screen has none of them.
  await desktop.main(`{
    globalThis.told = { progress: [], notes: [] };
    const { setProgressBar } = electron.BrowserWindow.prototype;
    electron.BrowserWindow.prototype.setProgressBar = function (value, ...rest) { globalThis.told.progress.push(value); return setProgressBar.call(this, value, ...rest); };
    electron.Notification.isSupported = () => true;
    electron.Notification.prototype.show = function () { globalThis.told.notes.push(this.title); };
  }`.replace(/^\{/, '(() => {').replace(/\}$/, '})()'));
  await desktop.seeText('Connected');
});

afterAll(() => {
  desktop?.kill();
  screen?.stop();
  folders.remove();
});

describe('the menu', () => {
  it('offers every action of the palette', async () => {
    const ids = await desktop.main<string[]>('electron.Menu.getApplicationMenu().items.flatMap((menu) => menu.submenu.items.map((item) => item.id)).filter(Boolean)');
    expect(ids.filter((id) => ACTIONS.some((action) => action.id === id)).toSorted()).toEqual(ACTIONS.map((action) => action.id).toSorted());
  });

  it('does what the palette does', async () => {
    await desktop.main(`electron.Menu.getApplicationMenu().getMenuItemById('go.settings').click()`);
    await until('the settings', () => desktop.evaluate(`location.hash === '#/settings'`));
  });
});

describe('files from outside', () => {
  /** Drops a file on the element that an expression of the page gives. */
  async function drop(file: string, target: string): Promise<void> {
    await desktop.evaluate(`{ const input = document.createElement('input'); input.type = 'file'; input.id = 'dropped'; document.body.append(input); }`);
    await desktop.setFiles('#dropped', [file]);
    await desktop.evaluate(`{
      const input = document.getElementById('dropped');
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(input.files[0]);
      (${target}).dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
      input.remove();
    }`);
  }
  const pathInForm = (path: string): Promise<unknown> => until('the path in its field', () => desktop.evaluate(`[...document.querySelectorAll('main input')].some((input) => input.value === ${JSON.stringify(path)})`));

  it('takes the path of what is dropped on the form for data', async () => {
    const archive = join(folders.make('dropped'), 'my pictures.zip');
    writeFileSync(archive, 'PK');
    await desktop.evaluate(`{ location.hash = '#/data/add'; }`);
    await desktop.seeText('Drop a folder or a zip archive here');
    await drop(archive, `[...document.querySelectorAll('main *')].filter((e) => e.textContent.includes('Drop a folder or a zip archive here')).pop()`);
    await pathInForm(archive);
  });

  it('opens that form when pictures are dropped elsewhere, with the folder in which they lie', async () => {
    const folder = folders.make('dropped-pictures');
    writeFileSync(join(folder, 'rose.png'), 'PNG');
    await desktop.evaluate(`{ location.hash = '#/queue'; }`);
    await desktop.seeText('Nothing runs and nothing waits');
    await drop(join(folder, 'rose.png'), `document.querySelector('main')`);
    await until('the form', () => desktop.evaluate(`location.hash === '#/data/add'`));
    await pathInForm(folder);
  });

  it('opens a learngene that was double-clicked, in the window that there is', async () => {
    await startRun('Donor', 5);
    const checkpoint = await until('its checkpoint', async () => (await desktop.invoke<{ id: string }[]>('checkpoints.list', {}))[0], 60_000);
    const { learngene } = await desktop.invoke<{ learngene: Learngene }>('learngenes.extract', { checkpointId: checkpoint.id });
    const file = join(folders.make('opened'), 'From a friend.learngene.safetensors');
    copyFileSync(join(home, learngene.file), file);
    expect(await desktop.startAgain([pathToFileURL(file).href])).toBe(0);
    await until('the imported learngene', () => desktop.evaluate(`location.hash.startsWith('#/learngenes/') && location.hash !== '#/learngenes/${learngene.id}'`));
    await desktop.seeText('From a friend');
    expect(await windows()).toBe(1);
  });
});

describe('a run without a window', () => {
  let id: string;

  it('keeps the machine awake and shows its progress while it trains', async () => {
    expect(await awake()).toBe(false);
    id = await startRun('Long run', 100_000);
    expect(await awake()).toBe(true);
    await until('progress in the taskbar', () => desktop.main('globalThis.told.progress.some((value) => value > 0 && value < 1)'));
  });

  it('goes on when that is the answer to closing the window', async () => {
    await desktop.main(`electron.BrowserWindow.getAllWindows()[0].setBounds(${JSON.stringify(BOUNDS)})`);
    await closeWindow();
    await answer('Return');
    await until('the window to go', async () => (await windows()) === 0);
    const { step } = await runNow(id);
    await until('further steps', async () => (await runNow(id)).step > step, 30_000);
    expect(await awake()).toBe(true);
  });

  it('is asked about, too, before the application quits', async () => {
    await desktop.main('electron.app.quit()');
    await answer('Escape');
    expect((await runNow(id)).status).toBe('running');
  });

  it('comes back into a window with the next start, which ends itself', async () => {
    expect(await desktop.startAgain()).toBe(0);
    await until('the window', async () => (await windows()) === 1);
    await desktop.reconnect();
    await desktop.seeText('Connected');
    await desktop.evaluate(`{ location.hash = '#/runs/${id}'; }`);
    await desktop.seeText('Long run');
    await desktop.seeText('Running');
    expect(await desktop.main('electron.BrowserWindow.getAllWindows()[0].getNormalBounds()')).toEqual(BOUNDS);
  });

  it('stays in its window when closing is cancelled; a second question is not put', async () => {
    await closeWindow();
    await closeWindow();
    await answer('Escape');
    await wait(500);
    expect([desktop.windows(QUESTION).length, await windows()]).toEqual([0, 1]);
    await desktop.invoke('runs.cancel', { id });
    await desktop.seeText('Cancelled');
    await until('the machine to be let sleep', async () => !(await awake()));
    expect(await desktop.main('globalThis.told.progress.pop()')).toBe(-1);
  });

  it('is announced when it is finished, and then the application ends by itself', async () => {
    id = await startRun('Short run', 1000);
    await closeWindow();
    await answer('Return');
    await until('the announcement', () => desktop.main(`globalThis.told.notes.includes('Short run is finished')`), 120_000);
    expect(await desktop.ended()).toBe(0);
  });

  it('is there at the next start, in the same place of the screen', async () => {
    desktop = await Desktop.start(options);
    await desktop.seeText('Connected');
    expect(await desktop.main('electron.BrowserWindow.getAllWindows()[0].getNormalBounds()')).toEqual(BOUNDS);
    expect(JSON.parse(readFileSync(join(options.userData, 'window.json'), 'utf8'))).toEqual({ bounds: BOUNDS, maximized: false });
    expect((await desktop.invoke<Run>('runs.get', { id })).status).toBe('completed');
    await closeWindow();
    expect(await desktop.ended()).toBe(0);
  });
});
