/** Puts the desktop application together: one instance, one window, one host. */
import { join } from 'node:path';
import { Menu, ipcMain, protocol, session, type App, type BrowserWindow } from 'electron';
import { CHANNELS } from '../../shared/bridge';
import type { Run } from '../../shared/entities';
import type { DemoState, Settings, Task } from '../../shared/protocol';
import { Activity } from './activity';
import { askBeforeClosing } from './closing';
import { HostProcess } from './hostProcess';
import { filesToOpen, findLocations } from './locations';
import { menuTemplate } from './menu';
import { Presence } from './presence';
import { declareScheme, serveScheme } from './protocol';
import { serveRequests } from './requests';
import { guardApp, guardSession } from './security';
import { focusWindow, openWindow } from './window';

/** Without a window and without work the application ends, after a pause in which the next of several jobs may begin. */
const IDLE_MS = 3000;

class Shell {
  private window: BrowserWindow | null = null;
  private tellHome: (home: string) => void = () => {};
  /** Pictures that are asked for early wait for it. */
  private readonly home = new Promise<string>((resolve) => {
    this.tellHome = resolve;
  });
  private quitting = false;
  private asking = false;
  private idleTimer: NodeJS.Timeout | undefined;
  /** For a page that is not listening yet. */
  private readonly waiting: [channel: string, value: unknown][] = [];
  private listening = false;
  private readonly where;
  private readonly host: HostProcess;
  private readonly activity = new Activity();
  private readonly presence = new Presence(this.activity, () => this.window);

  constructor(private readonly app: App) {
    this.where = findLocations(app.getAppPath(), process.resourcesPath, app.isPackaged);
    for (const file of filesToOpen(process.argv.slice(1))) this.deliver(CHANNELS.openFile, file);
    this.host = new HostProcess({
      node: this.where.node,
      script: this.where.host,
      args: process.env.FINE_STUDIO_HOME ? ['--home', process.env.FINE_STUDIO_HOME] : [],
      env: { ...process.env, FINE_STUDIO_ROOT: this.where.root },
    });
  }

  /** Before the application is ready. */
  prepare(): void {
    const { app } = this;
    app.on('second-instance', (_event, args) => {
      this.show();
      for (const file of filesToOpen(args)) this.deliver(CHANNELS.openFile, file);
    });
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.deliver(CHANNELS.openFile, path);
      this.show();
    });
    app.on('activate', () => this.show());
    // Without a window the application goes on only while something is at work.
    app.on('window-all-closed', () => {
      if (!this.activity.busy || this.host.foreign) app.quit();
    });
    app.on('before-quit', (event) => void this.beforeQuit(event));
    this.host.onState((state) => {
      this.send(CHANNELS.hostState, state);
      if (state.state === 'ready') void this.learnState();
      else this.activity.reset([], [], null);
      // Nobody would see that it was given up.
      if (state.state === 'failed') this.show();
    });
    this.host.onEvent((event) => {
      this.send(CHANNELS.event, event);
      if (event.type === 'settings') this.presence.apply(event.settings);
      const end = this.activity.take(event);
      this.presence.update();
      if (end) this.presence.announce(end, () => this.show());
      this.endWhenIdle();
    });
  }

  /** The host starts beside the window, not before it. */
  start(): void {
    this.host.start();
    guardSession(session.defaultSession);
    serveScheme(protocol, this.where.renderer, () => this.home);
    serveRequests({ window: () => this.window, host: this.host, home: () => this.home });
    ipcMain.on(CHANNELS.ready, (event) => {
      if (event.sender !== this.window?.webContents) return;
      this.listening = true;
      this.send(CHANNELS.hostState, this.host.state);
      for (const [channel, value] of this.waiting.splice(0)) this.send(channel, value);
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, (id) => {
      this.show();
      this.deliver(CHANNELS.action, id);
    }, !this.app.isPackaged)));
    this.show();
  }

  private show(): void {
    if (!this.app.isReady()) return;
    if (this.window) focusWindow(this.window);
    else this.open();
  }

  private open(): void {
    const window = openWindow({ preload: this.where.preload, icon: this.where.icon, state: join(this.app.getPath('userData'), 'window.json') });
    this.window = window;
    window.on('close', (event) => {
      if (this.quitting || !this.mustAsk) return;
      event.preventDefault();
      void this.askAndClose();
    });
    window.on('closed', () => {
      this.window = null;
      this.listening = false;
    });
    window.webContents.on('render-process-gone', () => {
      this.listening = false;
      window.webContents.reload();
    });
    this.presence.update();
  }

  /** A host of somebody else goes on by itself. */
  private get mustAsk(): boolean {
    return this.activity.busy && !this.host.foreign;
  }

  private async askAndClose(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const choice = await askBeforeClosing(this.window, this.activity.names).finally(() => {
      this.asking = false;
    });
    if (choice === 'background') this.window?.destroy();
    if (choice === 'stop') await this.finish();
  }

  private async beforeQuit(event: { preventDefault(): void }): Promise<void> {
    if (this.quitting) return;
    event.preventDefault();
    if (this.mustAsk) await this.askAndClose();
    else await this.finish();
  }

  private endWhenIdle(): void {
    clearTimeout(this.idleTimer);
    if (this.window !== null || this.activity.busy || this.quitting) return;
    this.idleTimer = setTimeout(() => {
      if (this.window === null && !this.activity.busy) this.app.quit();
    }, IDLE_MS);
  }

  /** Ends the host in an orderly way, then the application. */
  private async finish(): Promise<void> {
    this.quitting = true;
    await this.host.stop();
    this.app.quit();
  }

  /** After the host (re)started: the data folder, the settings, what is at work. */
  private async learnState(): Promise<void> {
    const ask = async <T>(method: string, params: object, otherwise: T): Promise<T> => {
      const reply = await this.host.call(method, params);
      return 'result' in reply ? (reply.result as T) : otherwise;
    };
    const [info, settings, { runs }, tasks, demo] = await Promise.all([
      ask<{ home: string } | null>('app.info', {}, null),
      ask<Settings | null>('settings.get', {}, null),
      ask<{ runs: Run[] }>('runs.list', { status: ['queued', 'running'], limit: 1000 }, { runs: [] }),
      ask<Task[]>('tasks.list', {}, []),
      ask<DemoState | null>('demo.state', {}, null),
    ]);
    if (info) this.tellHome(info.home);
    this.activity.reset(runs, tasks, demo);
    if (settings) this.presence.apply(settings);
    this.presence.update();
    this.endWhenIdle();
  }

  /** Sends what must not be lost: kept until there is a page that listens. */
  private deliver(channel: string, value: unknown): void {
    if (this.listening) this.send(channel, value);
    else this.waiting.push([channel, value]);
  }

  private send(channel: string, value: unknown): void {
    if (this.window && !this.window.isDestroyed()) this.window.webContents.send(channel, value);
  }
}

/** A second start hands over to the first and ends. */
export function startShell(app: App): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  // As in the package's shortcut: Windows shows notifications of known applications only.
  if (process.platform === 'win32') app.setAppUserModelId('org.fine-studio.app');
  guardApp(app);
  declareScheme();
  const shell = new Shell(app);
  shell.prepare();
  void app.whenReady().then(() => shell.start());
}
