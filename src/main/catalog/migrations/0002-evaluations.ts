/** Quality of checkpoints: what was measured, on which features and how many samples. */
import type { Migration } from '../migrate';

const SQL = `
CREATE TABLE evaluations (
  id TEXT PRIMARY KEY, checkpoint_id TEXT NOT NULL REFERENCES checkpoints(id) ON DELETE CASCADE, dataset_id TEXT REFERENCES datasets(id) ON DELETE SET NULL,
  feature_kind TEXT NOT NULL, feature_name TEXT NOT NULL, dimension INTEGER NOT NULL, samples INTEGER NOT NULL, real_images INTEGER NOT NULL,
  seed INTEGER NOT NULL, sampler TEXT NOT NULL, steps TEXT NOT NULL, guidance_scale REAL NOT NULL, config TEXT NOT NULL,
  figures TEXT NOT NULL, omitted TEXT NOT NULL, validation TEXT, elapsed_ms REAL NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX evaluations_by_checkpoint ON evaluations(checkpoint_id, created_at);
CREATE INDEX evaluations_by_time ON evaluations(created_at);
`;

export const evaluations: Migration = { version: 2, name: 'evaluations', up: (db) => void db.exec(SQL) };
