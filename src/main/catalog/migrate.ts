/** Numbered migrations: a backup first, then all missing ones in one transaction, so that a kill midway leaves the old or the new catalogue. */
import type Database from 'better-sqlite3';
import { backupDatabase } from './backup';

export interface Migration {
  version: number;
  name: string;
  /** Runs inside the transaction of the whole upgrade. */
  up(db: Database.Database): void;
}

/** "FINE" in ASCII: marks the file as ours in the SQLite header. */
export const APPLICATION_ID = 0x46494e45;

/**
 * Brings `db` to the newest of `migrations`. A catalogue that already holds something is copied to `backupDir` before.
 * Returns the version reached.
 */
export function migrate(db: Database.Database, migrations: readonly Migration[], backupDir: string): number {
  const from = db.pragma('user_version', { simple: true }) as number;
  const target = migrations.at(-1)?.version ?? 0;
  if (from >= target) return from;
  if (from > 0) backupDatabase(db, backupDir, `v${from}`);
  db.transaction(() => {
    for (const migration of migrations) if (migration.version > from) migration.up(db);
    db.pragma(`user_version = ${target}`);
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }).immediate();
  // The version must be in the main file, where a later program reads it without opening the database.
  db.pragma('wal_checkpoint(TRUNCATE)');
  return target;
}
