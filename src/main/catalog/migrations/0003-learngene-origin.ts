/**
 * Version 3: a learngene says itself what model it is of and what to mind about it, so that it outlives its checkpoint and can come
 * from another machine; exports have a trash.
 */
import type { Migration } from '../migrate';

/** SQLite cannot take NOT NULL off a column, so that the link to the checkpoint is made anew. Links to what was erased become null. */
const SQL = `
ALTER TABLE learngenes ADD COLUMN source_id TEXT REFERENCES checkpoints(id) ON DELETE SET NULL;
UPDATE learngenes SET source_id = checkpoint_id WHERE checkpoint_id IN (SELECT id FROM checkpoints);
ALTER TABLE learngenes DROP COLUMN checkpoint_id;
ALTER TABLE learngenes RENAME COLUMN source_id TO checkpoint_id;
ALTER TABLE learngenes ADD COLUMN imported_from TEXT;
ALTER TABLE learngenes ADD COLUMN model TEXT;
ALTER TABLE learngenes ADD COLUMN diffusion TEXT;
ALTER TABLE learngenes ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
UPDATE learngenes SET model = (SELECT model FROM checkpoints WHERE id = checkpoint_id), diffusion = (SELECT diffusion FROM checkpoints WHERE id = checkpoint_id);
CREATE INDEX learngenes_by_checkpoint ON learngenes(checkpoint_id);
ALTER TABLE exports ADD COLUMN trashed_at INTEGER;
CREATE INDEX runs_by_folder ON runs(folder);
`;

export const learngeneOrigin: Migration = { version: 3, name: 'learngene-origin', up: (db) => void db.exec(SQL) };
