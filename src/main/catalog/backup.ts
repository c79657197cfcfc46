/** Backups of the catalogue: whole, consistent copies beside it; the newest few are kept. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';

const KEEP = 5;

/** Newest first. */
export function listBackups(backupDir: string): string[] {
  if (!existsSync(backupDir)) return [];
  return readdirSync(backupDir)
    .filter((name) => /^catalog-.*\.sqlite$/.test(name))
    .map((name) => join(backupDir, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

/** Writes a copy named after `label` and the time, and removes the oldest beyond five. Returns its path. */
export function backupDatabase(db: Database.Database, backupDir: string, label: string, now = Date.now()): string {
  mkdirSync(backupDir, { recursive: true });
  const name = `catalog-${new Date(now).toISOString().replace(/[:.]/g, '-')}-${label}.sqlite`;
  const temporary = join(backupDir, `${name}.part`);
  rmSync(temporary, { force: true });
  db.prepare('VACUUM INTO ?').run(temporary);
  renameSync(temporary, join(backupDir, name));
  for (const old of listBackups(backupDir).slice(KEEP)) rmSync(old, { force: true });
  return join(backupDir, name);
}

/** One backup per day of use, so that a damaged catalogue costs a day at most. */
export function dailyBackup(db: Database.Database, backupDir: string, now = Date.now()): void {
  const newest = listBackups(backupDir)[0];
  if (newest && now - statSync(newest).mtimeMs < 24 * 3600_000) return;
  backupDatabase(db, backupDir, 'daily', now);
}
