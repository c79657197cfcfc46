/** Where things are, and which Node runs them: shared by every script. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const outDir = join(root, 'out');

const executable = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * The Node binary that the application's processes run on: the one from the `node-<platform>-<arch>` package, because
 * the machine's own may be older than the native modules allow. Falls back to the running one when that is new enough.
 * @returns {string} absolute path
 */
export function findNode() {
  const modules = join(root, 'node_modules');
  const suffix = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const packages = existsSync(modules) ? readdirSync(modules).filter((name) => new RegExp(`^node-(bin-)?${suffix}$`).test(name)) : [];
  for (const name of packages) {
    const file = join(modules, name, 'bin', executable);
    if (existsSync(file)) return file;
  }
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Error(`Node ${process.versions.node} is too old, and the package node-${suffix} is not installed. Run "npm ci" (without --omit=optional), or install Node 22 or newer.`);
}

/** Environment in which child processes find the right Node first. */
export function environment(extra = {}) {
  const separator = process.platform === 'win32' ? ';' : ':';
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [key]: `${dirname(findNode())}${separator}${process.env[key] ?? ''}`, ...extra };
}
