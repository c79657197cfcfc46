/** What an installation needs of this machine, looked for before anything is downloaded; what is missing is said together with what to do. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../../../shared/errors';
import { runCommand } from './command';

export interface Tools {
  /** Python with pip, as a command. */
  python: string;
  /** C++ compiler, as a command. */
  compiler: string;
  /** Folder with node_api.h; null when npm has to bring it. */
  headers: string | null;
}

export interface Missing {
  what: string;
  todo: string;
}

const GIB = 2 ** 30;
/** Download and unpacked libraries together, as measured for TensorFlow 2.21, rounded up. */
const SPACE = { cpu: 2 * GIB, cuda: 12 * GIB };
const NODE_API = 'node_api.h';

/** Everything at hand, or `AppError('unsupported')` that lists all that is not. `folder` is on the disk that will be used. */
export async function findTools({ cuda, folder }: { cuda: boolean; folder: string }): Promise<Tools> {
  const missing: Missing[] = [];
  const system = missingSystem(process.platform, process.arch);
  if (system) throw refusal([system]);
  const python = await findPython(missing);
  const compiler = await findCompiler(missing);
  const headers = findHeaders();
  if (!headers && !(await works('npm', ['--version']))) missing.push({ what: 'Node’s C headers (node_api.h)', todo: 'install npm, which fetches them, or your system’s package of Node headers' });
  if (cuda && !hasNvidiaDriver()) missing.push({ what: 'an NVIDIA driver', todo: 'install the driver of the graphics card (525 or newer), or install without CUDA' });
  const space = await missingSpace(folder, cuda ? SPACE.cuda : SPACE.cpu);
  if (space) missing.push(space);
  if (missing.length > 0) throw refusal(missing);
  return { python: python!, compiler: compiler!, headers };
}

export function refusal(missing: readonly Missing[]): AppError {
  const list = missing.map(({ what }) => what).join('; ');
  return new AppError('unsupported', `TensorFlow cannot be installed here. Missing: ${list}.`, { hint: `${sentence(missing.map(({ todo }) => todo).join('; '))} Then try again.`, details: missing });
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** Wheels have the libraries in the form that is needed for Linux on x64 only. */
export function missingSystem(platform: NodeJS.Platform, arch: string): Missing | null {
  return platform === 'linux' && arch === 'x64' ? null : { what: `a way to build TensorFlow on ${platform}/${arch} (only Linux on x64 has one)`, todo: 'use the default backend, which needs nothing installed' };
}

async function works(program: string, args: readonly string[]): Promise<boolean> {
  return (await runCommand(program, args))?.code === 0;
}

async function findPython(missing: Missing[]): Promise<string | null> {
  const candidates = ['python3', 'python'];
  for (const program of candidates) if (await works(program, ['-m', 'pip', '--version'])) return program;
  missing.push({ what: 'Python with pip', todo: 'install Python 3.9 or newer with pip (Debian and Ubuntu: python3-pip)' });
  return null;
}

async function findCompiler(missing: Missing[]): Promise<string | null> {
  const candidates = [process.env.CXX, 'g++', 'clang++', 'c++'].filter((name) => name !== undefined);
  for (const program of candidates) if (await works(program, ['--version'])) return program;
  missing.push({ what: 'a C++ compiler', todo: 'install g++ or clang (Debian and Ubuntu: g++), or name one in CXX' });
  return null;
}

/** Beside the running Node, or where systems put them. Node-API is the same in every version since 16, so any will do. */
function findHeaders(): string | null {
  const folders = [join(dirname(dirname(process.execPath)), 'include', 'node'), '/usr/include/node', '/usr/local/include/node'];
  return folders.find((folder) => existsSync(join(folder, NODE_API)) && readFileSync(join(folder, NODE_API), 'utf8').includes('NAPI_VERSION')) ?? null;
}

function hasNvidiaDriver(): boolean {
  // Of the kernel module; under WSL the driver is the host's and comes as a library.
  return ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'].some((file) => {
    try {
      accessSync(file, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function missingSpace(folder: string, needed: number): Promise<Missing | null> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return null;
  const gib = (bytes: number): string => (bytes / GIB).toFixed(1);
  return { what: `${gib(needed)} GiB of free space (${gib(free)} GiB are free)`, todo: `free some space on the disk of ${folder}` };
}
