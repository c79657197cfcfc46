/**
 * Python wheels as a source of libraries: downloaded by pip, from the index that pip is configured for, and unpacked in part.
 * Nothing of Python runs from them.
 */
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../../../../shared/errors';
import { lastError, runCommand } from './command';
import type { Report } from './install';

/** Wheels are made per version of Python; which one does not matter for their libraries, but each release has this one. */
const PYTHON_TAG = '3.12';
const LOOK_EVERY_MS = 500;

export interface PipOptions {
  python: string;
  /** Where the wheels go; pip's temporary files go to a folder beside them. */
  folder: string;
  /** What is being downloaded, for the progress. */
  label: string;
  report: Report;
  signal?: AbortSignal;
}

/** Downloads what `requirements` name, without what they depend on. Returns all wheels in the folder. */
export async function downloadWheels(requirements: readonly string[], { python, folder, label, report, signal }: PipOptions): Promise<string[]> {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  let total = 0;
  const watch = setInterval(() => {
    // pip's folders come and go: what cannot be looked at now is looked at the next time.
    bytesIn(folder).then((bytes) => report(`downloading ${label}`, Math.min(bytes, total), total), () => {});
  }, LOOK_EVERY_MS);
  try {
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version', PYTHON_TAG, '--progress-bar', 'off', '--dest', folder, ...requirements];
    const result = await runCommand(python, args, { signal, env: { TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' }, onOutput: (text) => (total += announcedBytes(text)) });
    if (result?.code !== 0) throw new AppError('unsupported', `pip could not download ${requirements.length === 1 ? requirements[0] : 'the wheels'}.`, { cause: result ? lastError(result.output) : `${python} is gone.`, hint: 'Check with “pip config list” which package index pip uses, and that it can be reached.', details: result?.output });
  } finally {
    clearInterval(watch);
  }
  return (await readdir(folder)).filter((name) => name.endsWith('.whl')).map((name) => join(folder, name));
}

/** Bytes that pip says it is going to download: "Downloading NAME (274.0 MB)". */
export function announcedBytes(text: string): number {
  const units: Record<string, number> = { B: 1, bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/Downloading \S+ \(([\d.]+) (bytes|kB|MB|GB|B)\)/g)) sum += Number(number) * units[unit];
  return sum;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/**
 * Unpacks the entries for which `place` gives a path (absolute). Paths that leave the archive are refused by the reader.
 * Throws `AppError('format')` for what is no wheel.
 */
export async function unpackWheel(file: string, place: (name: string) => string | null, signal?: AbortSignal): Promise<number> {
  const zip = await open(file);
  let count = 0;
  try {
    for await (const entry of entries(zip)) {
      if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
      const target = entry.fileName.endsWith('/') ? null : place(entry.fileName);
      if (!target) continue;
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await read(zip, entry), createWriteStream(target));
      if ((entry.externalFileAttributes >>> 16) & 0o100) await chmod(target, 0o755);
      count++;
    }
  } finally {
    zip.close();
  }
  return count;
}

/** The wheel's METADATA, for what it depends on. */
export async function wheelMetadata(file: string, scratch: string): Promise<string> {
  const target = join(scratch, `${basename(file)}.METADATA`);
  if ((await unpackWheel(file, (name) => (/^[^/]+\.dist-info\/METADATA$/.test(name) ? target : null))) !== 1) throw new AppError('format', `${basename(file)} has no METADATA.`);
  return readFile(target, 'utf8');
}

/** The nvidia packages that a wheel of TensorFlow lists for its extra "and-cuda", as requirements. */
export function cudaRequirements(metadata: string): string[] {
  return metadata
    .split('\n')
    .map((line) => /^Requires-Dist: (nvidia-[^;]+);.*extra == ["']and-cuda["']/.exec(line)?.[1])
    .filter((requirement) => requirement !== undefined)
    .map((requirement) => requirement.replace(/[()\s]/g, ''));
}

function open(file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error || !zip) reject(new AppError('format', `${basename(file)} is not a readable wheel.`, { cause: error?.message, hint: 'Try again: the download may be incomplete.' }));
      else resolve(zip);
    });
  });
}

async function* entries(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (work: () => void): void => {
        zip.removeAllListeners();
        work();
      };
      zip.once('entry', (found: Entry) => settle(() => resolve(found)));
      zip.once('end', () => settle(() => resolve(null)));
      zip.once('error', (error: Error) => settle(() => reject(error)));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function read(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => zip.openReadStream(entry, (error, stream) => (error || !stream ? reject(error ?? new Error('no stream')) : resolve(stream))));
}
