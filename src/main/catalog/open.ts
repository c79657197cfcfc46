/** Opens the catalogue: refuses one from a newer program, notices a damaged one, migrates an older one. */
import { copyFileSync, existsSync, mkdirSync, openSync, readSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors';
import { dailyBackup, listBackups } from './backup';
import { migrate, type Migration } from './migrate';
import { MIGRATIONS } from './migrations';

export type Catalog = Database.Database;

export interface OpenOptions {
  /** What to do with a damaged file: refuse (naming the last backup), or set it aside and go on from that backup, else from an empty one. */
  onCorrupt?: 'refuse' | 'recover';
  migrations?: readonly Migration[];
}

/** Reading every page of a larger file would delay the start by more than a second; it is checked after an unclean end only. */
const ALWAYS_CHECKED = 100e6;

function mustCheck(file: string): boolean {
  return statSync(file).size <= ALWAYS_CHECKED || (existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0);
}

/** Version in the file's header, without opening it as a database; null when there is none yet. Throws `format` for another kind of file. */
export function readVersion(file: string): number | null {
  if (!existsSync(file) || statSync(file).size === 0) return null;
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, header, 0, 100, 0);
  } finally {
    closeSync(handle);
  }
  if (header.subarray(0, 16).toString('latin1') !== 'SQLite format 3\0') throw new AppError('format', 'The catalogue is not a database.');
  return header.readUInt32BE(60);
}

/**
 * Opens `file`, creating it when missing. Errors: `unsupported` for a catalogue written by a newer version (its bytes stay as they
 * are), `format` for a damaged one unless `onCorrupt` is 'recover', `no-space` when the disk is full.
 */
export function openCatalog(file: string, { onCorrupt = 'refuse', migrations = MIGRATIONS }: OpenOptions = {}): Catalog {
  const backupDir = join(dirname(file), 'backups');
  mkdirSync(dirname(file), { recursive: true });
  try {
    return openChecked(file, backupDir, migrations);
  } catch (error) {
    if (!isDamage(error)) throw translate(error);
    const backup = listBackups(backupDir)[0] ?? null;
    if (onCorrupt === 'refuse')
      throw new AppError('format', `The catalogue ${file} is damaged.`, {
        cause: 'The file was changed from outside or the disk failed.',
        hint: backup ? `Start with --recover: the damaged file is set aside and the backup ${backup} is used. Checkpoints on disk are not touched.` : 'Start with --recover: the damaged file is set aside and an empty catalogue begins. Checkpoints on disk are not touched and can be imported again.',
        details: { file, backup, reason: (error as Error).message },
      });
    setAside(file);
    if (backup) copyFileSync(backup, file);
    return openChecked(file, backupDir, migrations);
  }
}

function openChecked(file: string, backupDir: string, migrations: readonly Migration[]): Catalog {
  const version = readVersion(file);
  const newest = migrations.at(-1)?.version ?? 0;
  if (version !== null && version > newest)
    throw new AppError('unsupported', `The catalogue ${file} was written by a newer version of FINE Studio (catalogue version ${version}; this program knows ${newest}).`, { hint: 'Update FINE Studio, or choose another data folder with --home. Nothing was changed.', details: { version, newest } });
  const check = version !== null && mustCheck(file);
  const db = new Database(file, { timeout: 10_000 });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -32000');
    const state = check ? db.pragma('quick_check(1)', { simple: true }) : 'ok';
    if (state !== 'ok') throw new AppError('format', String(state));
    migrate(db, migrations, backupDir);
    if (version !== null) dailyBackup(db, backupDir);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'format';
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

function translate(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new AppError('no-space', 'The disk is full: the catalogue could not be written.', { hint: 'Free some space and try again. Nothing was lost.' });
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR)/.test(error.code)) return new AppError('invalid-input', `The catalogue cannot be opened for writing: ${error.message}.`, { hint: 'Check that the data folder exists and that you may write to it.' });
  return error;
}

function setAside(file: string): void {
  const suffix = new Date().toISOString().replace(/[:.]/g, '-');
  if (existsSync(file)) renameSync(file, file.replace(/\.sqlite$/, '') + `.broken-${suffix}.sqlite`);
  for (const part of ['-wal', '-shm']) rmSync(file + part, { force: true });
}

/** All writes of `work` or none; takes the write lock at once, so that two writers wait for each other instead of failing. */
export function write<T>(catalog: Catalog, work: () => T): T {
  if (catalog.inTransaction) return work();
  try {
    return catalog.transaction(work).immediate();
  } catch (error) {
    throw translate(error);
  }
}

export function catalogVersion(catalog: Catalog): number {
  return catalog.pragma('user_version', { simple: true }) as number;
}
