/** tfjs-node's binding, compiled against a TensorFlow that its authors did not know: two source files and the stable C and Node APIs. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../../../shared/errors';
import { BINDING } from '../place';
import { lastError, runCommand } from './command';
import type { Tools } from './requirements';

const NAPI_VERSION = 8;
const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];
/** npm package with Node's own C headers, made by the Node project; taken when the system has none. */
const HEADER_PACKAGE = 'node-api-headers';

export interface BindingOptions {
  tools: Tools;
  /** Folder of the npm package. */
  sources: string;
  /** TensorFlow's C headers. */
  include: string;
  /** The installation: libraries in `deps/lib`, the binding goes to `lib/`. */
  folder: string;
  scratch: string;
  signal?: AbortSignal;
}

/** Returns the path of the compiled binding. It finds the libraries relative to itself, so the folder may be moved. */
export async function compileBinding({ tools, sources, include, folder, scratch, signal }: BindingOptions): Promise<string> {
  const headers = tools.headers ?? (await fetchHeaders(scratch, signal));
  const file = join(folder, 'lib', `napi-v${NAPI_VERSION}`, BINDING);
  await mkdir(dirname(file), { recursive: true });
  const args = [
    '-std=c++17', '-O2', '-w', '-shared', '-fPIC', `-DNAPI_VERSION=${NAPI_VERSION}`, `-I${include}`, `-I${headers}`,
    ...SOURCES.map((name) => join(sourceFolder(sources), name)),
    `-L${join(folder, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', file,
  ];
  const result = await runCommand(tools.compiler, args, { signal });
  if (result?.code !== 0) throw new AppError('unsupported', 'The binding to TensorFlow could not be compiled.', { cause: result ? lastError(result.output) : `${tools.compiler} is gone.`, hint: 'Use a compiler that knows C++17 (g++ 9 or newer); CXX names another one.', details: result?.output });
  return file;
}

/** In the package; packagers leave C++ out of node_modules, so a packaged application has them among its resources. */
export function sourceFolder(packageFolder: string): string {
  const folders = [join(packageFolder, 'binding'), join(packageFolder, '..', '..', '..', '..', 'tfjs-binding')];
  const found = folders.find((folder) => SOURCES.every((name) => existsSync(join(folder, name))));
  if (!found) throw new AppError('unsupported', 'The sources of TensorFlow’s binding are not part of this installation.', { hint: 'Install FINE Studio again with all of its files.' });
  return found;
}

async function fetchHeaders(scratch: string, signal?: AbortSignal): Promise<string> {
  const args = ['install', '--prefix', scratch, '--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', HEADER_PACKAGE];
  // From a folder without a package.json of its own, so that the settings that count are the user's.
  const result = await runCommand('npm', args, { signal, cwd: scratch });
  if (result?.code !== 0) throw new AppError('unsupported', `npm could not fetch ${HEADER_PACKAGE}.`, { cause: result ? lastError(result.output) : 'npm is gone.', hint: 'Check npm’s registry, or install your system’s package of Node headers.', details: result?.output });
  return join(scratch, 'node_modules', HEADER_PACKAGE, 'include');
}
