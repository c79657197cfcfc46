/** Where the parts of the application are, in a checkout and in a package. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Locations {
  preload: string;
  renderer: string;
  icon: string;
  /** Node binary and program of the host; plain Node cannot read inside an archive. */
  node: string;
  host: string;
  /** Folder with package.json, node_modules and resources, as files. */
  root: string;
}

const EXECUTABLE = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * @param appPath as `app.getAppPath()`: the checkout, or `app.asar`
 * @param resourcesPath as `process.resourcesPath`
 * @throws Error when no Node binary is there
 */
export function findLocations(appPath: string, resourcesPath: string, packaged: boolean): Locations {
  const root = packaged ? appPath.replace(/app\.asar$/, 'app.asar.unpacked') : appPath;
  return {
    preload: join(appPath, 'out', 'preload', 'index.cjs'),
    renderer: join(appPath, 'out', 'renderer'),
    icon: join(root, 'resources', 'icons', '256x256.png'),
    node: packaged ? join(resourcesPath, EXECUTABLE) : (process.env.FINE_STUDIO_NODE ?? nodeOfPackages(root)),
    host: join(root, 'out', 'main', 'host.js'),
    root,
  };
}

/** The binary of the npm package `node-<platform>-<arch>`. */
function nodeOfPackages(root: string): string {
  const suffix = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const modules = join(root, 'node_modules');
  const name = readdirSync(modules).find((entry) => entry === `node-${suffix}` || entry === `node-bin-${suffix}`);
  const file = name && join(modules, name, 'bin', EXECUTABLE);
  if (!file || !existsSync(file)) throw new Error(`The package node-${suffix} is not installed: run "npm ci".`);
  return file;
}

/** Learngene files among the arguments of a start, paths or file addresses: how Windows and Linux say which file was double-clicked. */
export function filesToOpen(args: string[]): string[] {
  return args.filter((arg) => /\.learngene\.safetensors$/i.test(arg)).map(pathOf).filter(existsSync);
}

function pathOf(arg: string): string {
  try {
    return arg.startsWith('file://') ? fileURLToPath(arg) : arg;
  } catch {
    // An address that names no file of this machine; nothing is there then.
    return arg;
  }
}
