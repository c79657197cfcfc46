/** Puts the desktop application together: one instance, one window, one host. */
import { join } from 'node:path';
import { Menu, ipcMain, protocol, session, type App, type BrowserWindow } from 'electron';
import { CHANNELS } from '../../shared/bridge';
import type { Run } from '../../shared/entities';
import type { Settings } from '../../shared/protocol';
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

class Shell {
  private window: BrowserWindow | null = null;
  private tellHome: (home: string) => void = () => {};
  /** Pictures that are asked for early wait for it. */
  private readonly home = new Promise<string>((resolve) => {
    this.tellHome = resolve;
  });
  private quitting = false;
  private filesWaiting: string[];
  private readonly where;
  private readonly host: HostProcess;
  private readonly activity = new Activity();
  private readonly presence = new Presence(this.activity, () => this.window);

  constructor(private readonly app: App) {
    this.where = findLocations(app.getAppPath(), process.resourcesPath, app.isPackaged);
    this.filesWaiting = filesToOpen(process.argv.slice(1));
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
      for (const file of filesToOpen(args)) this.openFile(file);
    });
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.openFile(path);
    });
    app.on('activate', () => this.show());
    // Without a window the application goes on only while something is at work.
    app.on('window-all-closed', () => {
      if (!this.activity.busy) app.quit();
    });
    app.on('before-quit', (event) => void this.beforeQuit(event));
    this.host.onState((state) => {
      this.send(CHANNELS.hostState, state);
      if (state.state === 'ready') void this.learnState();
    });
    this.host.onEvent((event) => {
      this.send(CHANNELS.event, event);
      if (event.type === 'settings') this.presence.apply(event.settings);
      const end = this.activity.take(event);
      this.presence.update();
      if (end) this.presence.announce(end, () => this.show());
      if (end && this.window === null && !this.activity.busy) app.quit();
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
      this.send(CHANNELS.hostState, this.host.state);
      for (const file of this.filesWaiting.splice(0)) this.send(CHANNELS.openFile, file);
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, (id) => {
      this.show();
      this.send(CHANNELS.action, id);
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
      if (this.quitting || this.host.foreign || !this.activity.busy) return;
      event.preventDefault();
      void this.askAndClose(window);
    });
    window.on('closed', () => {
      this.window = null;
    });
    window.webContents.on('render-process-gone', () => window.webContents.reload());
    this.presence.update();
  }

  private async askAndClose(window: BrowserWindow): Promise<void> {
    const choice = await askBeforeClosing(window, this.activity.active);
    if (choice === 'background') window.destroy();
    if (choice === 'stop') await this.finish();
  }

  private async beforeQuit(event: { preventDefault(): void }): Promise<void> {
    if (this.quitting) return;
    event.preventDefault();
    if (this.window && this.activity.busy && !this.host.foreign) await this.askAndClose(this.window);
    else await this.finish();
  }

  /** Ends the host in an orderly way, then the application. */
  private async finish(): Promise<void> {
    this.quitting = true;
    await this.host.stop();
    this.app.quit();
  }

  /** After the host (re)started: the data folder, the settings, what is at work. */
  private async learnState(): Promise<void> {
    const [info, settings, runs] = await Promise.all([this.host.call('app.info', {}), this.host.call('settings.get', {}), this.host.call('runs.list', { status: ['queued', 'running'], limit: 1000 })]);
    if ('result' in info) this.tellHome((info.result as { home: string }).home);
    if ('result' in runs) this.activity.reset((runs.result as { runs: Run[] }).runs);
    if ('result' in settings) this.presence.apply(settings.result as Settings);
  }

  private openFile(path: string): void {
    if (this.window) this.send(CHANNELS.openFile, path);
    else this.filesWaiting.push(path);
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
  guardApp(app);
  declareScheme();
  const shell = new Shell(app);
  shell.prepare();
  void app.whenReady().then(() => shell.start());
}
