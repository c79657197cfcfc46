/** Pictures in a zip archive, read in memory: nothing is ever unpacked to disk. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { AppError } from '../../../shared/errors';
import { MAX_PICTURE_BYTES, PictureError, type PictureSource, type Skipped, assignClasses, isSystemFile, reasonByName } from './source';

const MAX_ENTRIES = 5_000_000;
/** Pictures hardly shrink in a zip; above this ratio a large entry is a bomb. */
const MAX_RATIO = 200;
const RATIO_FROM_BYTES = 8 * 2 ** 20;
const SYMLINK = 0o120000;
const FILE_TYPE = 0o170000;

/**
 * All pictures of the archive, sorted by path. A folder that wraps everything is looked through. Refused as a whole
 * (`format`): what is no zip, paths that leave the archive, absolute paths, bombs (by ratio or by overlapping entries).
 * Skipped with a reason: symbolic links, encrypted entries, entries that are no pictures.
 */
export async function openZip(path: string, signal?: AbortSignal): Promise<PictureSource> {
  const size = await archiveSize(path);
  const zip = await openArchive(path);
  try {
    const entries = await listEntries(zip, path, signal);
    refuseBomb(entries, size, path);
    const skipped: Skipped[] = [];
    const usable = new Map<string, Entry>();
    for (const entry of entries) {
      if (entry.fileName.endsWith('/') || entry.fileName.split('/').some(isSystemFile)) continue;
      const reason = reasonOf(entry);
      if (reason) skipped.push({ file: entry.fileName, reason });
      else if (usable.has(entry.fileName)) skipped.push({ file: entry.fileName, reason: 'The archive holds this name twice.' });
      else usable.set(entry.fileName, entry);
    }
    const paths = [...usable.keys()].sort();
    const prefix = wrappingFolder(paths);
    const inner = paths.map((p) => p.slice(prefix.length));
    const { classNames, labels, skipped: unplaced } = assignClasses(inner, basename(path).replace(/\.zip$/i, ''));
    const pictures = inner
      .filter((p) => labels.has(p))
      .map((p) => ({ path: p, label: labels.get(p) as number, read: () => readEntry(zip, usable.get(prefix + p) as Entry) }));
    return { classNames, pictures, skipped: [...skipped, ...unplaced], close: async () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function archiveSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new AppError('not-found', `There is no file ${path}.`, { cause: (error as Error).message, field: 'source' });
  }
}

function openArchive(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error || !zip) reject(new AppError('format', `${basename(path)} is not a readable zip archive.`, { cause: error?.message, hint: 'Pack the pictures again, or give the folder itself.', field: 'source' }));
      else resolve(zip);
    });
  });
}

function listEntries(zip: ZipFile, path: string, signal?: AbortSignal): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', (error: Error) => reject(refused(path, error.message)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      if (signal?.aborted) return reject(new AppError('cancelled', 'Cancelled.'));
      if (entries.push(entry) > MAX_ENTRIES) return reject(refused(path, `it lists more than ${MAX_ENTRIES} entries`));
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function refused(path: string, why: string): AppError {
  return new AppError('format', `The archive ${basename(path)} was refused.`, { cause: `Unsafe or damaged: ${why}.`, hint: 'Unpack it with a tool that you trust and give the folder instead.', field: 'source' });
}

function refuseBomb(entries: readonly Entry[], size: number, path: string): void {
  let packed = 0;
  for (const entry of entries) {
    packed += entry.compressedSize;
    if (entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > MAX_RATIO * entry.compressedSize) throw refused(path, `${entry.fileName} would grow from ${entry.compressedSize} to ${entry.uncompressedSize} bytes`);
  }
  // Entries that share their compressed bytes (an overlap) add up to more than the file holds.
  if (packed > size) throw refused(path, 'its entries overlap');
}

function reasonOf(entry: Entry): string | null {
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK) return 'A symbolic link: links in archives are not followed.';
  if (entry.isEncrypted()) return 'It is encrypted.';
  const byName = reasonByName(entry.fileName);
  if (byName) return byName;
  if (entry.uncompressedSize === 0) return 'The file is empty.';
  return entry.uncompressedSize > MAX_PICTURE_BYTES ? `The file is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB.` : null;
}

/** "photos/" when everything lies below one folder that itself holds only folders; else "". */
function wrappingFolder(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const first = paths[0].slice(0, paths[0].indexOf('/') + 1);
  if (first === '') return '';
  return paths.every((p) => p.startsWith(first) && p.indexOf('/', first.length) > 0) ? first : '';
}

function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream: Readable) => {
      if (error) return reject(new PictureError(`It cannot be unpacked (${error.message}).`));
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('error', (failure: Error) => reject(new PictureError(`It cannot be unpacked (${failure.message}).`)));
      stream.on('end', () => resolve(Buffer.concat(parts)));
    });
  });
}
