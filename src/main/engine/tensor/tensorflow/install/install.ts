/**
 * Installs libtensorflow for tfjs-node: first the way that the package provides, and where that fails, by compiling the package's
 * binding against a current TensorFlow from Python's package index. Everything goes to one folder, which appears under its name when
 * all is done. This program talks to no network itself: pip, npm and the package's script do, as they are configured, because
 * a person asked for it.
 */
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../../shared/errors';
import { packageFolder, RECORD_FILE, type InstallationRecord } from '../place';
import { compileBinding } from './binding';
import { runPackageInstaller } from './packageInstaller';
import { findTools } from './requirements';
import { cudaRequirements, downloadWheels, unpackWheel, wheelMetadata } from './wheel';

/** The release that the binding was tried with. */
export const TENSORFLOW_VERSION = '2.21.0';

/** Headers that the binding includes, directly or not; the wheel holds thousands more. */
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'xla/tsl/', 'tsl/'].map((folder) => `tensorflow/include/${folder}`);
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** The names that the linker asks for. */
const LINKS = { 'libtensorflow.so': LIBRARIES[0], 'libtensorflow_framework.so': LIBRARIES[1] };

export type Report = (phase: string, done: number, total: number) => void;

export interface InstallOptions {
  /** Where the installation will be. */
  folder: string;
  /** A folder on the same disk for what is not finished; removed at the end, however that comes. */
  stage: string;
  cuda: boolean;
  /** Skip the package's own way. */
  build: boolean;
  report: Report;
  signal?: AbortSignal;
}

export interface Installed extends InstallationRecord {
  /** What a person should know of how it went, a line each. */
  notes: string[];
}

/** Replaces what is there. Throws `AppError`: `unsupported` with what to do, `format`, `cancelled`. */
export async function installTensorflow(options: InstallOptions): Promise<Installed> {
  const { folder, stage, cuda, build, signal, report } = options;
  const sources = packageFolder();
  if (!sources) throw new AppError('unsupported', 'The npm package of tfjs-node is not part of this installation.', { hint: 'Install FINE Studio again with all of its packages.' });
  const scratch = join(stage, 'scratch');
  const product = join(stage, 'product');
  try {
    for (const made of [scratch, product]) await mkdir(made, { recursive: true });
    const notes: string[] = [];
    let record: InstallationRecord | null = null;
    if (cuda) notes.push('The package’s own installer was left out: it brings CUDA 11, which current graphics cards do not run.');
    else if (!build) {
      report('trying the package’s own installer', 0, 0);
      const failure = await runPackageInstaller({ sources, folder: product, scratch, signal });
      if (failure === null) record = { tensorflow: null, cuda, source: 'package' };
      else notes.push(`The package’s own installer did not work (${failure}), so its binding was built on TensorFlow ${TENSORFLOW_VERSION}.`);
    }
    if (!record) {
      await buildOnWheel(options, { sources, scratch, product });
      record = { tensorflow: TENSORFLOW_VERSION, cuda, source: 'wheel' };
    }
    await writeFile(join(product, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    await rename(product, folder);
    return { ...record, notes };
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

interface Folders {
  sources: string;
  scratch: string;
  product: string;
}

/** The binding on the libraries of a wheel. */
async function buildOnWheel({ cuda, signal, report, stage }: InstallOptions, { sources, scratch, product }: Folders): Promise<void> {
  report('checking what is needed', 0, 0);
  const tools = await findTools({ cuda, folder: stage });
  const pip = { python: tools.python, report, signal };
  const name = cuda ? 'tensorflow' : 'tensorflow-cpu';
  const [wheel] = await downloadWheels([`${name}==${TENSORFLOW_VERSION}`], { ...pip, label: 'TensorFlow', folder: join(scratch, 'wheels') });
  report('unpacking', 0, 0);
  const lib = join(product, 'deps', 'lib');
  const include = join(scratch, 'include');
  const placed = await unpackWheel(wheel, (entry) => placeOf(entry, lib, include), signal);
  if (placed === 0) throw new AppError('format', `${basename(wheel)} holds no libraries of TensorFlow.`);
  for (const [link, target] of Object.entries(LINKS)) await symlink(target, join(lib, link));
  if (cuda) {
    const requirements = cudaRequirements(await wheelMetadata(wheel, scratch));
    if (requirements.length === 0) throw new AppError('format', `${basename(wheel)} does not say which CUDA libraries it needs.`);
    await rm(wheel);
    const wheels = await downloadWheels(requirements, { ...pip, label: 'CUDA', folder: join(scratch, 'cuda') });
    for (const [i, file] of wheels.entries()) {
      report('unpacking CUDA', i, wheels.length);
      // TensorFlow looks for them beside its own folder.
      await unpackWheel(file, (entry) => (entry.startsWith('nvidia/') && !entry.includes('/include/') ? join(product, 'deps', entry) : null), signal);
      await rm(file);
    }
  }
  report('compiling the binding', 0, 0);
  await compileBinding({ tools, sources, include, folder: product, scratch, signal });
}

function placeOf(entry: string, lib: string, include: string): string | null {
  const library = LIBRARIES.find((name) => entry === `tensorflow/${name}`);
  if (library) return join(lib, library);
  return HEADERS.some((folder) => entry.startsWith(folder)) ? join(include, entry.slice('tensorflow/include/'.length)) : null;
}
