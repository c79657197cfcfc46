/** Builds the application into `out/` when a source, the configuration or the lock file changed since the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, findNode, outDir, root } from './lib/paths.mjs';

const INPUTS = ['src', 'THIRD-PARTY-NOTICES.md', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];
const stamp = join(outDir, '.sources');
const lock = join(root, '.tmp', 'build.lock');

/** Hash of everything that the build reads; tests do not count. */
export function sourceHash() {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).toSorted()) visit(join(path, name));
      return;
    }
    if (/\.test\.tsx?$/.test(path)) return;
    hash.update(relative(root, path).split(sep).join('/')).update('\0').update(readFileSync(path)).update('\0');
  };
  for (const input of INPUTS) visit(join(root, input));
  return hash.digest('hex');
}

function isBuilt(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Waits for another build of the same tree to end; a lock whose process is gone is taken over. */
function takeLock() {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
      if (holder && !isAlive(holder)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/**
 * Builds when needed. Says nothing unless the build fails, or `verbose` is set.
 * @param {{ force?: boolean, verbose?: boolean, log?: (line: string) => void }} [options]
 * @returns {boolean} whether something was built
 */
export function ensureBuilt({ force = false, verbose = false, log = () => {} } = {}) {
  const before = sourceHash();
  if (!force && isBuilt(before)) return false;
  takeLock();
  try {
    const hash = sourceHash();
    if (!force && isBuilt(hash)) return false;
    log('Building the application (sources changed) ...');
    rmSync(stamp, { force: true });
    const result = spawnSync(findNode(), [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
      cwd: root,
      env: environment({ NODE_ENV: 'production', ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) }),
      stdio: verbose ? 'inherit' : 'pipe',
      encoding: 'utf8',
    });
    if (result.error) throw result.error;
    if (result.status !== 0) {
      throw new Error(`The build failed.\n${result.stdout ?? ''}${result.stderr ?? ''}`);
    }
    writeFileSync(stamp, hash);
    return true;
  } finally {
    rmSync(lock, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const built = ensureBuilt({ force: process.argv.includes('--force'), verbose: true });
    process.stderr.write(built ? 'Built.\n' : 'Nothing changed since the last build.\n');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
