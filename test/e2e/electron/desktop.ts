/** Electron on a virtual screen: started, looked into over its debugging port, and operated with the keyboard of the X server. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { root } from '../support/application';
import { Devtools } from './devtools';
import { copyApplication, lowerApplication } from './legacyBuild';

/** The first version that runs the build as it is. */
export const CURRENT = 40;

export function electronPath(): string {
  const path = process.env.ELECTRON_PATH ?? join(root, 'node_modules', 'electron', 'dist', 'electron');
  if (!existsSync(path)) throw new Error('There is no Electron: set ELECTRON_PATH, or run "npm start -- --install-electron" once.');
  return path;
}

/** Such as `45.4.1`. */
export function electronVersion(): string {
  return readFileSync(join(dirname(electronPath()), 'version'), 'utf8').trim().replace('v', '');
}

/** The command that starts the built application; its folder goes to `folder`, in a form that this Electron can run. */
export async function prepareApplication(folder: string): Promise<string[]> {
  if (Number.parseInt(electronVersion(), 10) >= CURRENT) copyApplication(folder);
  else await lowerApplication(folder);
  return [electronPath(), folder];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats until `look` gives something, at most `timeoutMs`. */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`);
    await wait(100);
  }
}

/** A virtual screen of its own; `DISPLAY` for whatever is started on it. */
export interface Screen {
  display: string;
  stop(): void;
}

export async function startScreen(): Promise<Screen> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', () => reject(new Error('Xvfb is missing. Install it:  apt-get install -y xvfb xdotool')));
    server.stdio[3]!.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
  return { display: `:${number}`, stop: () => server.kill() };
}

function launch({ command, home, userData, display }: DesktopOptions, args: string[], early: string[] = []): ChildProcess {
  const [program, ...rest] = command;
  const env = { ...process.env, DISPLAY: display, FINE_STUDIO_HOME: home, FINE_STUDIO_NODE: process.execPath };
  return spawn(program!, [...early, ...rest, '--no-sandbox', '--disable-gpu', `--user-data-dir=${userData}`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface DesktopOptions {
  /** Program and first arguments. */
  command: string[];
  home: string;
  userData: string;
  display: string;
  /** Whether `main` can look into the main process; a packaged application's fuse forbids it. */
  inspect?: boolean;
}

export class Desktop {
  private constructor(readonly process: ChildProcess, private readonly options: DesktopOptions, private readonly pagePort: number, private page: Devtools, private readonly mainProcess: Devtools | null, private readonly output: () => string) {}

  static async start(options: DesktopOptions): Promise<Desktop> {
    const [port, inspectPort] = [await freePort(), await freePort()];
    const child = launch(options, [`--remote-debugging-port=${port}`], options.inspect ? [`--inspect=${inspectPort}`] : []);
    let output = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data: Buffer) => (output += data.toString()));
    try {
      const main = options.inspect ? await Devtools.connect(inspectPort, 'node') : null;
      return new Desktop(child, options, port, await Devtools.connect(port, 'page'), main, () => output);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${(error as Error).message}\n${output}`, { cause: error });
    }
  }

  /** A second start by the same person, as from the menu or by a double click on `files`; gives its exit code. */
  async startAgain(files: string[] = []): Promise<number | null> {
    const child = launch(this.options, files);
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  /** After the window was closed and came back: it is another page. */
  async reconnect(): Promise<void> {
    this.page.close();
    this.page = await Devtools.connect(this.pagePort, 'page');
  }

  /** Value of an expression in the main process, which knows Electron as `electron`. */
  main<T>(expression: string): Promise<T> {
    if (!this.mainProcess) throw new Error('The main process was not started for inspection.');
    const find = 'process.mainModule ? process.mainModule.require("electron") : process.getBuiltinModule("node:module").createRequire(process.resourcesPath + "/")("electron")';
    return this.mainProcess.evaluate<T>(`((electron) => ${expression})(${find})`);
  }

  /** Gives files to an input of the page, as a person's choice does. */
  async setFiles(selector: string, files: string[]): Promise<void> {
    const { root: document } = await this.page.send<{ root: { nodeId: number } }>('DOM.getDocument');
    const { nodeId } = await this.page.send<{ nodeId: number }>('DOM.querySelector', { nodeId: document.nodeId, selector });
    await this.page.send('DOM.setFileInputFiles', { nodeId, files });
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** A request of the protocol, through the bridge as the page itself sends it. */
  async invoke<T>(method: string, params: object): Promise<T> {
    const reply = await this.evaluate<{ result: T } | { error: { message: string } }>(`window.fineStudio.invoke(${JSON.stringify(method)}, ${JSON.stringify(params)})`);
    if ('error' in reply) throw new Error(reply.error.message);
    return reply.result;
  }

  async seeText(text: string | RegExp, timeoutMs?: number): Promise<void> {
    await until(`“${text}” on the page\n${this.output()}`, async () => {
      const shown = await this.evaluate<string>('document.body ? document.body.innerText : ""');
      return typeof text === 'string' ? shown.includes(text) : text.test(shown);
    }, timeoutMs);
  }

  private xdotool(...args: string[]): string {
    try {
      return execFileSync('xdotool', args, { env: { ...process.env, DISPLAY: this.options.display }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    } catch (error) {
      // It ends with 1 when it finds no window.
      if ((error as { status?: number }).status === 1) return '';
      throw error;
    }
  }

  windows(title: string): string[] {
    return this.xdotool('search', '--onlyvisible', '--name', title).split('\n').filter(Boolean);
  }

  windowsOfClass(name: string): string[] {
    return this.xdotool('search', '--onlyvisible', '--class', name).split('\n').filter(Boolean);
  }

  /** Gives a window the keyboard; without a window manager nobody else does. */
  async focus(title: string): Promise<void> {
    const id = await until(`a window “${title}”`, () => this.windows(title).at(-1));
    await wait(300);
    this.xdotool('windowfocus', id);
    await wait(300);
  }

  press(...keys: string[]): void {
    for (const key of keys) this.xdotool('key', key);
  }

  type(text: string): void {
    this.xdotool('type', '--delay', '50', text);
  }

  /** Exit code, once it has ended by itself. */
  async ended(timeoutMs = 30_000): Promise<number | null> {
    // An ending process waits for whoever inspects it.
    this.mainProcess?.close();
    await until('the application to end', () => this.process.exitCode !== null || this.process.signalCode !== null, timeoutMs);
    return this.process.exitCode;
  }

  kill(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
  }
}
