/** The built application on a data folder of its own, started as a person starts it on a server, and the built command line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const host = join(root, 'out', 'main', 'host.js');

export interface Application {
  home: string;
  url: string;
  token: string;
  process: ChildProcess;
  /** Ends it in an orderly way. The data folder stays for another start. */
  stop(): Promise<void>;
}

/** Temporary folders of one test file; `remove` them at its end. */
export function temporaryFolders(): { make(name: string): string; remove(): void } {
  const made: string[] = [];
  return {
    make: (name) => {
      const folder = mkdtempSync(join(tmpdir(), `fine-${name}-`));
      made.push(folder);
      return folder;
    },
    remove: () => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })),
  };
}

export async function startApplication(home: string): Promise<Application> {
  if (!existsSync(host)) throw new Error('The application is not built: run "npm run build" first.');
  const child = spawn(process.execPath, [host, '--json', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The host ended with code ${code} before it was ready.`)));
  });
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  return {
    home,
    url,
    token,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks the host directly, for what a test needs to be there before it looks. Throws what the host refuses. */
export async function call(application: Application, method: string, params: object): Promise<any> {
  const response = await fetch(new URL('/api', application.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${application.token}` },
    body: JSON.stringify({ id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The last line of standard output as JSON, where `--json` was among the arguments. */
  json: Record<string, any>;
}

/** Runs `fine-studio ARGUMENTS` as a process of its own. */
export function runCli(args: string[]): Promise<CliResult> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'fine.mjs'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      resolve({ code, stdout, stderr, json: args.includes('--json') && last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {} });
    });
  });
}
