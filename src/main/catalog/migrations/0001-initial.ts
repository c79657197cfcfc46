/** Version 1: everything the first release stores. Times are epoch milliseconds; JSON columns hold the shapes of shared/entities.ts. */
import type { Migration } from '../migrate';

const SQL = `
CREATE TABLE datasets (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, size INTEGER NOT NULL, channels INTEGER NOT NULL,
  space TEXT NOT NULL, scale REAL NOT NULL, decoder TEXT, images INTEGER NOT NULL, held_out INTEGER NOT NULL, classes TEXT NOT NULL,
  skipped TEXT NOT NULL, mean TEXT NOT NULL, std TEXT NOT NULL, bytes INTEGER NOT NULL, preview TEXT, attribution TEXT,
  created_at INTEGER NOT NULL, trashed_at INTEGER, prepared INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, group_id TEXT,
  dataset_id TEXT REFERENCES datasets(id) ON DELETE SET NULL,
  checkpoint_id TEXT REFERENCES checkpoints(id) ON DELETE SET NULL,
  learngene_id TEXT REFERENCES learngenes(id) ON DELETE SET NULL,
  config TEXT NOT NULL, config_hash TEXT NOT NULL, step INTEGER NOT NULL, steps INTEGER NOT NULL, queue_position REAL,
  result TEXT, error TEXT, backend TEXT, created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, elapsed_ms REAL NOT NULL,
  notes TEXT NOT NULL, tags TEXT NOT NULL, folder TEXT NOT NULL, starred INTEGER NOT NULL, trashed_at INTEGER,
  worker_pid INTEGER
) STRICT;
CREATE INDEX runs_by_time ON runs(trashed_at, created_at, id);
CREATE INDEX runs_by_status ON runs(status, queue_position);
CREATE INDEX runs_by_group ON runs(group_id);

-- First, last, minimum, maximum and count of every metric of every run: what the run table sorts and shows.
CREATE TABLE metric_summaries (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, key TEXT NOT NULL,
  first REAL NOT NULL, last REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, key TEXT NOT NULL, UNIQUE (run_id, key)
) STRICT;
CREATE TABLE metric_points (
  series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE, step REAL NOT NULL, wall REAL NOT NULL, value REAL,
  PRIMARY KEY (series_id, step)
) STRICT, WITHOUT ROWID;
-- The pyramid: level k covers 8^k steps per bucket and keeps where the extremes were, so that no spike is lost at any zoom.
CREATE TABLE metric_buckets (
  series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE, level INTEGER NOT NULL, bucket INTEGER NOT NULL,
  min REAL, min_step REAL, min_wall REAL, max REAL, max_step REAL, max_wall REAL, sum REAL NOT NULL, count INTEGER NOT NULL, gaps INTEGER NOT NULL,
  PRIMARY KEY (series_id, level, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_log (
  run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, n INTEGER NOT NULL, time INTEGER NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, run_id TEXT REFERENCES runs(id) ON DELETE SET NULL,
  dataset_id TEXT REFERENCES datasets(id) ON DELETE SET NULL, learngene_id TEXT REFERENCES learngenes(id) ON DELETE SET NULL,
  form TEXT NOT NULL, step INTEGER NOT NULL, model TEXT NOT NULL, ranks TEXT, diffusion TEXT NOT NULL, class_names TEXT NOT NULL,
  parameters INTEGER NOT NULL, dense_parameters INTEGER NOT NULL, has_ema INTEGER NOT NULL, loss REAL, file TEXT NOT NULL, bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL, origin TEXT NOT NULL, created_at INTEGER NOT NULL, trashed_at INTEGER
) STRICT;
CREATE INDEX checkpoints_by_run ON checkpoints(run_id);
CREATE INDEX checkpoints_by_time ON checkpoints(created_at);

CREATE TABLE learngenes (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, checkpoint_id TEXT NOT NULL, hidden_size INTEGER NOT NULL, ranks TEXT NOT NULL,
  source_depth INTEGER NOT NULL, carries TEXT NOT NULL, method TEXT NOT NULL, parameters INTEGER NOT NULL, bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL, uv_hash TEXT NOT NULL, errors TEXT, file TEXT NOT NULL, created_at INTEGER NOT NULL, trashed_at INTEGER
) STRICT;

CREATE TABLE samples (
  id TEXT PRIMARY KEY, run_id TEXT REFERENCES runs(id) ON DELETE CASCADE, checkpoint_id TEXT REFERENCES checkpoints(id) ON DELETE CASCADE,
  step INTEGER, file TEXT NOT NULL, columns INTEGER NOT NULL, rows INTEGER NOT NULL, config TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX samples_by_run ON samples(run_id, step);
CREATE INDEX samples_by_checkpoint ON samples(checkpoint_id);
CREATE INDEX samples_by_time ON samples(created_at);

CREATE TABLE exports (
  id TEXT PRIMARY KEY, checkpoint_id TEXT NOT NULL REFERENCES checkpoints(id) ON DELETE CASCADE, format TEXT NOT NULL, dir TEXT NOT NULL,
  files TEXT NOT NULL, parity TEXT, opset INTEGER, precision TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX exports_by_checkpoint ON exports(checkpoint_id);

-- Milliseconds per step as measured, for the estimate that the next form shows.
CREATE TABLE speeds (
  run_id TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, backend TEXT NOT NULL, macs_per_step REAL NOT NULL, ms_per_step REAL NOT NULL,
  measured_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export const initial: Migration = { version: 1, name: 'initial', up: (db) => void db.exec(SQL) };
