/**
 * Files that are either the old one or the new one, whole, whatever happens in between: written beside their place, flushed to
 * the disk, renamed over the old file, and the folder flushed so that the rename itself survives a power cut.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors';

export type WriteStage = 'before-write' | 'mid-write' | 'before-rename' | 'after-rename';

const TEMPORARY = /\.\d+\.\d+\.tmp$/;
const CHUNK_BYTES = 16 * 2 ** 20;
let serial = 0;

/**
 * Writes `parts` one after another to `path`, making its folder when needed. `onStage` is called at the four stages, for
 * tests that end the process there. Throws `AppError('no-space')` when the disk is full, leaving what was at `path`.
 */
export async function writeFileAtomically(path: string, parts: readonly Uint8Array[], onStage: (stage: WriteStage) => void = () => {}): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.${process.pid}.${serial++}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    onStage('before-write');
    const handle = await open(temporary, 'wx');
    try {
      const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
      let written = 0;
      let passedMiddle = false;
      for (const part of parts) {
        // A single write call takes less than 2 GiB.
        for (let at = 0; at < part.byteLength; at += CHUNK_BYTES) {
          const chunk = part.subarray(at, at + CHUNK_BYTES);
          await writeFully(handle, chunk);
          written += chunk.byteLength;
          if (!passedMiddle && written * 2 >= total) {
            passedMiddle = true;
            onStage('mid-write');
          }
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    onStage('before-rename');
    await rename(temporary, path);
    await syncFolder(folder);
    onStage('after-rename');
  } catch (error) {
    await rm(temporary, { force: true });
    throw asWriteError(error, path);
  }
}

async function writeFully(handle: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += (await handle.write(bytes, at, bytes.byteLength - at)).bytesWritten;
}

/** Windows cannot open a folder for this, and keeps the order of renames by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what interrupted writes left in a folder that no other process writes to now. Returns how many there were. */
export async function sweepTemporaries(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const stale = names.filter((name) => TEMPORARY.test(name));
  for (const name of stale) await rm(join(folder, name), { force: true });
  return stale.length;
}

function asWriteError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const name = basename(path);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('no-space', `The disk is full: ${name} could not be written.`, { hint: 'Free some space, then resume. Nothing that was there before is lost.', details: { path } });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new AppError('invalid-input', `${name} could not be written: no permission.`, { hint: 'Choose a folder that you may write to.', details: { path } });
  return error;
}
