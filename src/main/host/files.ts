/** Checks on paths that a person gives, before any work is spent on them. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
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
