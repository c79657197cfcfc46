/**
 * `npm start [-- --home DIR] [--no-open] [--browser] [--port N] [--install-electron]`: the application in its window, or, where
 * Electron or a display is missing, the same interface in the browser.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { environment, findNode, outDir, root } from './lib/paths.mjs';

const HELP = `npm start -- [options]
  --home DIR           data folder (default: the platform's place for application data)
  --browser            the browser even where Electron is there
  --no-open            print the address only, for servers
  --port N             port of the loopback server (default: a free one)
  --install-electron   download Electron's binary first
`;

function options() {
  try {
    return parseArgs({ options: { home: { type: 'string' }, port: { type: 'string' }, 'no-open': { type: 'boolean', default: false }, browser: { type: 'boolean', default: false }, 'install-electron': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } }).values;
  } catch (error) {
    fail(`${error.message}\n\n${HELP}`);
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Electron's executable, or why there is none. Never downloads anything by itself. */
function findElectron() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const defaultName = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron';
  const file = join(dist ?? join(folder, 'dist'), existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : defaultName);
  if (!existsSync(file)) return { reason: "Electron's binary is not installed (npm start -- --install-electron downloads it)" };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { reason: 'there is no display' };
  return { file };
}

function installElectron() {
  const result = spawnSync(findNode(), [join(root, 'node_modules', 'electron', 'install.js')], { cwd: root, env: environment(), stdio: 'inherit' });
  if (result.status !== 0) process.stderr.write("Electron's binary could not be downloaded; going on without it.\n");
}

function openBrowser(url) {
  const [command, ...args] = process.platform === 'win32' ? ['cmd', '/c', 'start', '', url] : process.platform === 'darwin' ? ['open', url] : ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true }).on('error', () => process.stdout.write('No browser could be opened here: open the address by hand.\n')).unref();
}

/** Ctrl+C goes to the whole group of processes; this one waits so that the host can save a running state first. */
function endWith(child) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
}

function startInBrowser({ home, port, open }) {
  const args = [join(outDir, 'main', 'host.js'), '--json', ...(home ? ['--home', home] : []), ...(port ? ['--port', port] : [])];
  const child = spawn(findNode(), args, { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  endWith(child);
  createInterface({ input: child.stdout }).once('line', (line) => {
    const answer = JSON.parse(line);
    if (answer.error) return;
    process.stdout.write(`${answer.existing ? 'Already running' : 'FINE Studio'}: ${answer.url}\n`);
    if (!answer.existing) process.stdout.write('Ctrl+C ends it; a running training is saved first and can be resumed.\n');
    if (open) openBrowser(answer.url);
  });
}

function startInElectron(file, { home }) {
  const env = environment({ FINE_STUDIO_NODE: findNode(), ...(home ? { FINE_STUDIO_HOME: home } : {}) });
  // Set by some editors' terminals; it would turn Electron into plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  endWith(spawn(file, [root], { cwd: root, env, stdio: 'inherit' }));
}

const values = options();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (!existsSync(join(root, 'node_modules'))) fail('The packages are not installed: run "npm ci" first.');
if (values['install-electron']) installElectron();
try {
  ensureBuilt({ log: (line) => process.stdout.write(`${line}\n`) });
} catch (error) {
  fail(error.message);
}
const electron = values.browser || values['no-open'] ? { reason: null } : findElectron();
if (electron.file) {
  startInElectron(electron.file, values);
} else {
  if (electron.reason) process.stdout.write(`No desktop window, because ${electron.reason}: the interface opens in the browser instead.\n`);
  startInBrowser({ home: values.home, port: values.port, open: !values['no-open'] });
}
