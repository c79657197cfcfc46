/** Is there room on the disk for what is about to be written? Asked before the work, not after hours of it. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/errors';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;

/**
 * Throws `AppError('no-space')` with both numbers when the disk of `folder` (which need not exist yet) has fewer than `bytes`
 * free. `what` names the thing in the message, such as "The training states of this run".
 */
export async function assertRoom(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= bytes) return;
  throw new AppError('no-space', `${what} need ${megabytes(bytes)}, but only ${megabytes(free)} are free.`, { hint: 'Free some space, or choose a data folder on another disk.', details: { folder, needed: bytes, free } });
}

async function freeBytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    }
  }
}
