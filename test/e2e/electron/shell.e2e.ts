import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/shared/entities';
import { runCli, temporaryFolders } from '../support/application';
import { Desktop, prepareApplication, startScreen, until, wait, type Screen } from './desktop';

const BRIDGE = ['chooseFile', 'chooseFolder', 'chooseSaveFile', 'fileUrl', 'invoke', 'onAction', 'onEvent', 'onHostState', 'onOpenFile', 'openExternal', 'pathForFile', 'platform', 'restartHost', 'revealFile'];
/** Title of the question about running work; the main window's ends in the same words, after its own. */
const QUESTION = '^FINE Studio$';

const folders = temporaryFolders();
let screen: Screen;
let desktop: Desktop;
let home: string;
let runId: string;

const hostPid = (): number => (JSON.parse(readFileSync(join(home, 'host.json'), 'utf8')) as { pid: number }).pid;
const currentRun = (): Promise<Run> => desktop.invoke<Run>('runs.get', { id: runId });
const running = (): Promise<unknown> => until('the run to train', async () => {
  const run = await currentRun();
  return run.status === 'running' && run.step > 0;
}, 60_000);

beforeAll(async () => {
  const folder = folders.make('desktop');
  home = folders.make('desktop-home');
  const command = await prepareApplication(folder);
  screen = await startScreen();
  desktop = await Desktop.start({ command, home, userData: folders.make('desktop-user'), display: screen.display });
});

afterAll(() => {
  desktop?.kill();
  screen?.stop();
  folders.remove();
});

describe('the desktop application', () => {
  it('opens its window on the custom protocol and reaches the host', async () => {
    await desktop.seeText('Welcome');
    await desktop.seeText('Connected');
    expect(await desktop.evaluate('location.href')).toMatch(/^fine:\/\/app\//);
  });

  it('gives the page the bridge and nothing else of Electron or Node', async () => {
    expect(await desktop.evaluate('Object.keys(window.fineStudio).sort()')).toEqual(BRIDGE);
    expect(await desktop.evaluate('[typeof require, typeof process, typeof module, typeof Buffer].join()')).toBe('undefined,undefined,undefined,undefined');
  });

  it('does not run inline scripts, does not leave the interface, opens no window', async () => {
    await desktop.evaluate(`{ const s = document.createElement('script'); s.textContent = 'window.inline = true'; document.head.append(s); }`);
    expect(await desktop.evaluate('window.inline === undefined')).toBe(true);
    await desktop.evaluate(`{ const a = document.createElement('a'); a.href = 'http://127.0.0.1:9/'; document.body.append(a); a.click(); a.remove(); }`);
    await desktop.evaluate(`void window.open('http://127.0.0.1:9/')`);
    await wait(500);
    expect(await desktop.evaluate('location.href')).toMatch(/^fine:\/\/app\//);
  });

  it('refuses what pages may ask for', async () => {
    expect(await desktop.evaluate('Notification.requestPermission()')).toBe('denied');
    const tried = (ask: string): Promise<string> => desktop.evaluate(`${ask}.then(() => 'granted', (error) => error.name)`);
    expect(await tried('navigator.mediaDevices.getUserMedia({ audio: true })')).not.toBe('granted');
    expect(await tried('new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, (error) => fail({ name: String(error.code) })))')).toBe('1');
  });

  it('serves pictures of the data folder and not the catalogue', async () => {
    const status = (path: string): Promise<number> => desktop.evaluate(`fetch(window.fineStudio.fileUrl(${JSON.stringify(path)})).then((r) => r.status)`);
    await until('the preview of the built-in pictures', async () => (await desktop.invoke<{ preview: string | null }>('datasets.get', { id: 'builtin:emoji' })).preview, 30_000);
    const { preview } = await desktop.invoke<{ preview: string }>('datasets.get', { id: 'builtin:emoji' });
    expect(await status(preview)).toBe(200);
    expect(await status('catalog.sqlite')).toBe(404);
  });

  it('answers with the folder that was chosen in the system’s dialog, and with nothing when it was cancelled', async () => {
    await desktop.evaluate(`{ window.chosen = 'open'; void window.fineStudio.chooseFolder('Folder of pictures').then((path) => { window.chosen = path; }); }`);
    await desktop.focus('Folder of pictures');
    desktop.press('Escape');
    await until('the cancelled dialog', () => desktop.evaluate('window.chosen === null'));

    await desktop.evaluate(`{ window.chosen = 'open'; void window.fineStudio.chooseFolder('Folder of pictures').then((path) => { window.chosen = path; }); }`);
    await desktop.focus('Folder of pictures');
    desktop.type(home);
    // The first Return may go to the list of completions.
    await until('the chosen folder', async () => {
      desktop.press('Return');
      await wait(700);
      return desktop.evaluate('window.chosen !== "open"');
    });
    expect(await desktop.evaluate('window.chosen')).toBe(home);
  });

  it('starts a run and shows it', async () => {
    const train = { steps: 20_000, batchSize: 8, checkpointEvery: 20, sampleEvery: 0 };
    const { runs } = await desktop.invoke<{ runs: Run[] }>('runs.start', { kind: 'pretrain', params: { datasetId: 'builtin:emoji', name: 'Desktop run', hiddenSize: 16, depth: 1, heads: 2, patchSize: 8, rank: 8, train } });
    runId = runs[0]!.id;
    await desktop.evaluate(`{ location.hash = '#/runs/${runId}'; }`);
    await desktop.seeText('Desktop run');
    await running();
    await desktop.seeText('Running');
  });

  it('starts the host again when it dies; the run can be resumed', async () => {
    const before = hostPid();
    await desktop.evaluate(`{ window.states = []; window.fineStudio.onHostState((s) => window.states.push(s.state)); }`);
    process.kill(before, 'SIGKILL');
    await until('the new host', () => desktop.evaluate(`window.states.includes('ready')`), 30_000);
    expect(await desktop.evaluate('window.states')).toEqual(['restarting', 'ready']);
    expect(hostPid()).not.toBe(before);
    expect((await currentRun()).status).toBe('interrupted');
    await desktop.seeText('Interrupted');
    await until('the run to be resumed', () => desktop.invoke('runs.resume', { id: runId }).then(() => true, () => false), 40_000);
    await running();
  });

  it('asks before it quits during a run, and stays when one thinks better of it', async () => {
    await desktop.focus('Desktop run');
    desktop.press('ctrl+q');
    await desktop.focus(QUESTION);
    desktop.press('Escape');
    await until('the question to go', () => desktop.windows(QUESTION).length === 0);
    expect((await currentRun()).status).toBe('running');
  });

  it('stops and saves when that is the answer, and ends', async () => {
    await desktop.focus('Desktop run');
    desktop.press('ctrl+q');
    await desktop.focus(QUESTION);
    desktop.press('Tab', 'Return');
    expect(await desktop.ended()).toBe(0);
    const { json } = await runCli(['runs', 'show', runId, '--json', '--home', home]);
    expect(json).toMatchObject({ status: 'paused' });
    expect(json.step).toBeGreaterThan(0);
  });
});
