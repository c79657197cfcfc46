/** Checks on paths that a person gives, before any work is spent on them; and removing what unfinished work left. */
import { access, constants, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors';

/** Throws `not-found` or `invalid-input` unless `file` is an ordinary file that can be read. */
export async function assertReadable(file: string, field: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('not-found', `There is no file ${file}.`, { hint: 'Check the path.', field });
    throw new AppError('invalid-input', `The file ${file} cannot be read.`, { cause: (error as Error).message, field });
  }
  throw new AppError('invalid-input', `${file} is not a file.`, { hint: 'Give the path of a file.', field });
}

/** Throws `invalid-input` unless a file can be made at `file`. */
export async function assertWritable(file: string, field: string): Promise<void> {
  const dir = dirname(file);
  try {
    if (!(await stat(dir)).isDirectory()) throw new Error('not a folder');
    await access(dir, constants.W_OK);
  } catch (error) {
    throw new AppError('invalid-input', `Nothing can be written to ${dir}.`, { cause: (error as Error).message, hint: 'Make the folder first, or choose another one.', field });
  }
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory()) throw new AppError('invalid-input', `${file} is a folder.`, { hint: 'Give the name of the file to write.', field });
}

/** Removes what a worker that was stopped left beside `file`, and keeps `file`: a whole one from before, or nothing. */
export async function discardTemporaries(file: string): Promise<void> {
  const [dir, name] = [dirname(file), basename(file)];
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  // Atomic writers call them NAME.PROCESS.NUMBER.tmp, the writer of datasets .NAME.partial.
  const left = names.filter((other) => other === `.${name}.partial` || (other.startsWith(`${name}.`) && /^\.\d+\.\d+\.tmp$/.test(other.slice(name.length))));
  for (const other of left) await rm(join(dir, other), { recursive: true, force: true });
}

/** Removes a file or folder of the data folder that was not finished, with everything beside it. */
export async function discard(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await discardTemporaries(path);
}
