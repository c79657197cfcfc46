/** Version 4: when a run was at work, so that its curves can be drawn over the time on the wall, pauses and all. */
import type { Migration } from '../migrate';

export const runSittings: Migration = { version: 4, name: 'run-sittings', up: (db) => void db.exec("ALTER TABLE runs ADD COLUMN sittings TEXT NOT NULL DEFAULT '[]'") };
