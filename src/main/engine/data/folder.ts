/** Pictures in a folder of the person's own. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors';
import { MAX_PICTURE_BYTES, PictureError, type PictureSource, type Skipped, assignClasses, isSystemFile, reasonByName } from './source';

/**
 * All pictures below `root`, sorted by path. Links to files and folders are followed, each real folder once, so loops end.
 * What cannot be read is listed and the rest goes on; only `root` itself must be readable (`not-found`, `invalid-input`).
 */
export async function openFolder(root: string, signal?: AbortSignal): Promise<PictureSource> {
  const skipped: Skipped[] = [];
  const paths: string[] = [];
  const seen = new Set<string>([await rootFolder(root)]);

  const walk = async (relative: string): Promise<void> => {
    if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
    let names: string[];
    try {
      names = await readdir(join(root, relative));
    } catch (error) {
      if (relative === '') throw unreadableRoot(root, error as NodeJS.ErrnoException);
      skipped.push({ file: relative, reason: `The folder cannot be read (${codeOf(error)}).` });
      return;
    }
    for (const name of names.sort()) {
      if (isSystemFile(name)) continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      try {
        const info = await stat(join(root, path));
        if (info.isDirectory()) {
          const real = await realpath(join(root, path));
          if (seen.has(real)) {
            skipped.push({ file: path, reason: 'A link to a folder that is read already.' });
            continue;
          }
          seen.add(real);
          await walk(path);
        } else if (!info.isFile()) {
          skipped.push({ file: path, reason: 'Not a regular file.' });
        } else {
          const reason = reasonByName(path) ?? sizeReason(info.size);
          if (reason) skipped.push({ file: path, reason });
          else paths.push(path);
        }
      } catch (error) {
        if (error instanceof AppError) throw error;
        const code = codeOf(error);
        skipped.push({ file: path, reason: code === 'ELOOP' ? 'A symbolic link that leads back to itself.' : code === 'ENOENT' ? 'It vanished, or is a link to nothing.' : `It cannot be read (${code}).` });
      }
    }
  };
  await walk('');

  const { classNames, labels, skipped: unplaced } = assignClasses(paths, basename(root) || 'pictures');
  const pictures = paths.filter((path) => labels.has(path)).map((path) => ({ path, label: labels.get(path) as number, read: () => readPicture(join(root, path)) }));
  return { classNames, pictures, skipped: [...skipped, ...unplaced], close: async () => {} };
}

async function rootFolder(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw unreadableRoot(root, error as NodeJS.ErrnoException);
  }
  throw new AppError('invalid-input', `${root} is not a folder.`, { hint: 'Give the folder that holds the pictures, or a .zip file.', field: 'source' });
}

function unreadableRoot(root: string, error: NodeJS.ErrnoException): AppError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new AppError('not-found', `There is no folder ${root}.`, { hint: 'Check the path; it may have been moved or its disk not be connected.', field: 'source' });
  if (error.code === 'EACCES' || error.code === 'EPERM') return new AppError('invalid-input', `The folder ${root} may not be read.`, { cause: `This account lacks the permission (${error.code}).`, hint: 'Allow reading the folder, or copy the pictures to one that you own.', field: 'source' });
  return new AppError('invalid-input', `The folder ${root} cannot be read.`, { cause: error.message, field: 'source' });
}

function sizeReason(bytes: number): string | null {
  if (bytes === 0) return 'The file is empty.';
  return bytes > MAX_PICTURE_BYTES ? `The file is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB.` : null;
}

/** The bytes of one file, never more than the limit, whatever it grew to since it was listed. */
async function readPicture(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
      length += (part as Buffer).length;
      if (length > MAX_PICTURE_BYTES) throw new PictureError(`The file is larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB.`);
      parts.push(part as Buffer);
    }
  } catch (error) {
    if (error instanceof PictureError) throw error;
    const code = codeOf(error);
    throw new PictureError(code === 'ENOENT' ? 'It vanished while the pictures were read.' : code === 'EACCES' || code === 'EPERM' ? 'This account may not read it.' : `It cannot be read (${code}).`);
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
