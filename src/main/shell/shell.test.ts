import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../shared/actions';
import type { Run } from '../../shared/entities';
import type { DemoState, Task } from '../../shared/protocol';
import { Activity } from './activity';
import { findAppFile } from './appFiles';
import { filesToOpen } from './locations';
import { accelerator, menuTemplate } from './menu';
import { externalAddress, fileFilters, isInterface } from './narrow';
import { RestartBudget } from './restartBudget';
import { fitBounds, MIN_HEIGHT, MIN_WIDTH, readWindowState, writeWindowState } from './windowState';

const folder = mkdtempSync(join(tmpdir(), 'shell-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('restart budget', () => {
  it('refuses the restart above the limit and allows it again when the window has passed', () => {
    let now = 0;
    const budget = new RestartBudget(2, 1000, () => now);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
    now = 1001;
    expect(budget.take()).toBe(true);
  });

  it('starts over when a person asks', () => {
    const budget = new RestartBudget(1, 1000, () => 0);
    budget.take();
    budget.reset();
    expect(budget.take()).toBe(true);
  });
});

describe('activity', () => {
  const run = (id: string, status: Run['status']): Run => ({ id, status, name: `Run ${id}`, error: null }) as Run;
  const event = (value: Run) => ({ type: 'run', run: value }) as const;

  it('shows the progress of what is at work', () => {
    const activity = new Activity();
    expect(activity.fraction).toBeNull();
    activity.take(event(run('a', 'queued')));
    activity.take(event(run('a', 'running')));
    activity.take({ type: 'run.progress', runId: 'a', phase: 'training', step: 30, steps: 120, perSecond: null, imagesPerSecond: null, etaMs: null });
    expect(activity.fraction).toBe(0.25);
    expect(activity.busy).toBe(true);
  });

  it('announces ends, not the pause that a person asked for nor runs that it never saw at work', () => {
    const activity = new Activity();
    activity.reset([run('a', 'running'), run('b', 'running'), run('c', 'completed')], [], null);
    expect(activity.names).toEqual(['Run a', 'Run b']);
    expect(activity.take(event(run('a', 'completed')))?.title).toBe('Run a is finished');
    expect(activity.take(event(run('b', 'paused')))).toBeNull();
    expect(activity.take(event(run('c', 'completed')))).toBeNull();
    expect(activity.busy).toBe(false);
  });
});

describe('work without a run', () => {
  const task = (status: Task['status'], fraction: number | null): Task => ({ taskId: 't', kind: 'export', label: 'Export A', phase: 'writing', fraction, etaMs: null, status });
  const demo = (status: DemoState['status']): DemoState => ({ status, fraction: 0.7 }) as DemoState;

  it('counts a task until it has ended', () => {
    const activity = new Activity();
    activity.reset([], [task('running', 0.5)], null);
    expect([activity.names, activity.fraction]).toEqual([['Export A'], 0.5]);
    activity.take({ type: 'task', task: task('failed', 0.5) });
    expect(activity.busy).toBe(false);
  });

  it('counts the demo between its steps, too', () => {
    const activity = new Activity();
    activity.take({ type: 'demo', demo: demo('running') });
    expect([activity.names, activity.fraction]).toEqual([['The demo'], 0.7]);
    activity.take({ type: 'demo', demo: demo('completed') });
    expect([activity.busy, activity.fraction]).toEqual([false, null]);
  });
});

describe('files to open', () => {
  it('takes learngene files that are there, as paths and as file addresses', () => {
    const file = join(folder, 'größe 1.learngene.safetensors');
    writeFileSync(file, '');
    expect(filesToOpen(['--flag', file, pathToFileURL(file).href, join(folder, 'missing.learngene.safetensors'), 'file://elsewhere/x.learngene.safetensors', import.meta.filename])).toEqual([file, file]);
  });
});

describe('window state', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1040 };

  it('keeps bounds that a display shows and drops those of a display that is gone', () => {
    const saved = { x: 2000, y: 10, width: 1200, height: 700 };
    expect(fitBounds(saved, [screen])).toEqual({ width: 1200, height: 700 });
    expect(fitBounds(saved, [screen, { ...screen, x: 1920 }])).toEqual(saved);
    expect(fitBounds({ ...saved, x: 0, width: 10, height: 10 }, [screen])).toMatchObject({ width: MIN_WIDTH, height: MIN_HEIGHT });
  });

  it('reads what it wrote, and takes a damaged file for a first start', () => {
    const file = join(folder, 'state', 'window.json');
    const state = { bounds: { x: 1, y: 2, width: 1000, height: 700 }, maximized: true };
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
    writeFileSync(file, '{"bounds":{"x":"here"}');
    expect(readWindowState(file)).toEqual({ bounds: null, maximized: false });
  });
});

describe('addresses of the custom protocol', () => {
  const renderer = join(folder, 'renderer');
  const home = join(folder, 'home');
  const find = (address: string) => findAppFile(address, renderer, () => Promise.resolve(home));

  beforeAll(() => {
    mkdirSync(join(renderer, 'assets'), { recursive: true });
    mkdirSync(join(home, 'samples'), { recursive: true });
    writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
    writeFileSync(join(home, 'samples', 'größe 1.png'), 'png');
    writeFileSync(join(home, 'samples', 'page.html'), 'html');
    writeFileSync(join(home, 'catalog.sqlite'), 'secret');
    symlinkSync(join(home, 'catalog.sqlite'), join(home, 'samples', 'inside.png'));
    symlinkSync('/etc', join(home, 'samples', 'outside'));
  });

  it('serves the interface with a policy that forbids foreign and inline scripts', async () => {
    const file = await find('fine://app/');
    expect(file?.headers['Content-Type']).toContain('text/html');
    expect(file?.headers['Content-Security-Policy']).toMatch(/script-src 'self';/);
  });

  it('serves pictures of the data folder, pages only as downloads', async () => {
    expect((await find(`fine://files/samples/${encodeURIComponent('größe 1.png')}`))?.size).toBe(3);
    expect((await find('fine://files/samples/page.html'))?.headers['Content-Disposition']).toBe('attachment');
  });

  it.each(['fine://files/catalog.sqlite', 'fine://files/samples/..%2fcatalog.sqlite', 'fine://files/samples/%2e%2e/catalog.sqlite', 'fine://files/samples/outside/passwd', 'fine://files/samples/inside.png', 'fine://files/samples/%00', 'fine://files/samples/%zz', 'fine://files/samples', 'fine://files/samples/C:%5cx', 'fine://elsewhere/index.html', 'fine://app/missing.js'])('gives nothing for %s', async (address) => {
    expect(await find(address)).toBeNull();
  });
});

describe('values from the window', () => {
  it('opens nothing but plain https addresses', () => {
    expect(externalAddress('https://arxiv.org/abs/2409.19289')).toBe('https://arxiv.org/abs/2409.19289');
    for (const bad of ['http://a.b', 'file:///etc/passwd', 'javascript:alert(1)', 'https://user:pw@a.b', 'smb://x', '', null, {}]) expect(() => externalAddress(bad)).toThrow('Only https');
  });

  it('knows its own pages', () => {
    expect(isInterface('fine://app/index.html#/runs')).toBe(true);
    for (const other of ['fine://files/samples/a.html', 'https://app/', 'about:blank', '']) expect(isInterface(other)).toBe(false);
  });

  it('drops filters that make no sense', () => {
    expect(fileFilters([{ name: 'Weights', extensions: ['safetensors', '../x', 3] }, null, { name: 'None', extensions: [] }])).toEqual([{ name: 'Weights', extensions: ['safetensors'] }]);
    expect(fileFilters('all')).toEqual([]);
  });
});

describe('menu', () => {
  it('holds every shared action once and runs it by its id', () => {
    const ran: string[] = [];
    const items = menuTemplate('linux', (id) => ran.push(id), false).flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []));
    for (const action of ACTIONS) {
      const found = items.filter((item) => item.id === action.id);
      expect(found, action.id).toHaveLength(1);
      (found[0]!.click as unknown as () => void)();
    }
    expect(ran.toSorted()).toEqual(ACTIONS.map((action) => action.id).toSorted());
    expect(items.some((item) => item.role === 'toggleDevTools')).toBe(false);
  });

  it('writes shortcuts as Electron does, and keeps bare keys out of the menu', () => {
    expect(accelerator('mod+alt+P')).toBe('CmdOrCtrl+Alt+P');
    const help = menuTemplate('linux', () => {}, false).flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : [])).find((item) => item.id === 'help.shortcuts');
    expect(help?.accelerator).toBeUndefined();
  });
});
