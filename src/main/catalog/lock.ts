/**
 * One host per data folder. The lock is SQLite's own file lock, which the operating system drops when the process dies:
 * no stale lock can remain, and no process id has to be guessed about.
 */
import Database from 'better-sqlite3';

/** Returns the function that releases the lock, or null when another process holds it. */
export function acquireLock(file: string): (() => void) | null {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return () => {
    if (db.open) db.close();
  };
}
