/** What refers to a thing, and what erasing the thing would mean for it. Derived from the same columns as the lineage. */
import type { Dependant, TrashKind } from '../../shared/entities';
import type { Catalog } from './open';

/** A run that is not over reads its material again when it goes on; one that failed or was cancelled could be resumed. */
const OPEN = "('queued', 'running', 'paused', 'interrupted')";
const GIVEN_UP = "('failed', 'cancelled')";

/** @param refers SQL that is true for runs which name the thing  @param needs the same for those which read its files themselves */
function runs(refers: string, needs: string, reads: string): string {
  return `SELECT id, 'run' AS kind, name,
    CASE WHEN ${needs} AND status IN ${OPEN} THEN 'blocks' ELSE 'stays' END AS effect,
    CASE WHEN ${needs} AND status IN ${OPEN} THEN 'It is ' || status || ' and reads ${reads} when it goes on.'
      WHEN ${needs} AND status IN ${GIVEN_UP} THEN 'It is ' || status || ' and can then no longer be resumed.'
      ELSE 'It stays, without the link.' END AS detail
    FROM runs WHERE ${refers}`;
}

/** A run of a comparison may start from what another run of it left. */
const SOURCE_RUN = "json_extract(config, '$.sourceRunId')";
const FROM = "json_extract(config, '$.from')";

const checkpoints = (column: string, detail: string, and = '') => `SELECT id, 'checkpoint' AS kind, name, 'stays' AS effect, '${detail}' AS detail FROM checkpoints WHERE ${column} = @id ${and}`;

const QUERIES: Record<TrashKind, string | null> = {
  dataset: `${runs('dataset_id = @id', 'true', 'these pictures')}
    UNION ALL ${checkpoints('dataset_id', 'It stays, without the link.', 'AND run_id IS NULL')}`,
  run: `${checkpoints('run_id', 'It stays: its file is its own.')}
    UNION ALL ${runs(`${SOURCE_RUN} = @id AND ${FROM} = 'form'`, 'true', 'what lies in this folder')}`,
  checkpoint: `${runs(`(checkpoint_id = @id OR (${FROM} = 'checkpoint' AND ${SOURCE_RUN} = (SELECT run_id FROM checkpoints WHERE id = @id)))`, 'true', 'this file')}
    UNION ALL SELECT id, 'learngene', name, 'stays', 'It stays: it holds a copy of what it needs.' FROM learngenes WHERE checkpoint_id = @id
    UNION ALL SELECT e.id, 'export', e.format || ' of ' || c.name, 'erased', 'It is erased along.' FROM exports AS e JOIN checkpoints AS c ON c.id = e.checkpoint_id WHERE e.checkpoint_id = @id`,
  // A run that trains on from a size names the learngene as its origin and reads the size.
  learngene: `${runs('learngene_id = @id', "kind != 'train'", 'this file')}
    UNION ALL ${checkpoints('learngene_id', 'It stays: it has its own copy of U and V.')}`,
  export: null,
};

/** What needs it first, then what goes along, then what stays. */
export function dependantsOf(catalog: Catalog, kind: TrashKind, id: string): Dependant[] {
  const sql = QUERIES[kind];
  if (sql === null) return [];
  return catalog.prepare(`SELECT * FROM (${sql}) ORDER BY CASE effect WHEN 'blocks' THEN 0 WHEN 'erased' THEN 1 ELSE 2 END, name, id`).all({ id }) as Dependant[];
}
