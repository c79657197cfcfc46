/**
 * A real browser from the package registry alone. On Linux it is the Chromium of `@sparticuz/chromium`, unpacked once, with the
 * libraries that it carries; elsewhere, or where CHROMIUM_PATH names one, the installed browser.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** What the browser links to beyond the C library, for systems whose package manager is apt. */
const APT_LINE = 'apt-get install -y libnss3 libnspr4 libexpat1';

/** Unpacks into a folder of its own and renames it when complete, so that an interrupted run leaves no half browser. */
async function unpack(): Promise<string> {
  const packageFolder = join(root, 'node_modules', '@sparticuz', 'chromium');
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(root, '.tmp', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const before = process.env.TMPDIR;
  // The package unpacks into the system's temporary folder, and nowhere else.
  process.env.TMPDIR = partial;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    await Promise.all(['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'].map((name) => inflate(join(packageFolder, 'bin', name))));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  renameSync(partial, folder);
  return folder;
}

function requireLibraries(executable: string, env: NodeJS.ProcessEnv): void {
  const output = execFileSync('ldd', [executable], { env, encoding: 'utf8' });
  const missing = [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  if (missing.length > 0) throw new Error(`The browser of the tests needs system libraries that are missing: ${missing.join(', ')}.\nInstall them:  ${APT_LINE}`);
}

export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH;
  if (own) return chromium.launch({ executablePath: own, args: ['--no-sandbox'] });
  if (process.platform !== 'linux' || process.arch !== 'x64') return chromium.launch({ channel: 'chrome' });
  const folder = await unpack();
  const executablePath = join(folder, 'chromium');
  const env = { ...process.env, LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'), FONTCONFIG_PATH: join(folder, 'fonts') };
  requireLibraries(executablePath, env);
  // As root, as in a container, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath, env, args: ['--no-sandbox', '--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--font-render-hinting=none'] });
}
