/** What came from what: derived from the columns that already say it, so that it cannot disagree with them. */
import type { Lineage } from '../../shared/entities';
import type { Catalog } from './open';
import { findRun } from './runs';
import { checkpoints } from './checkpoints';
import { AppError } from '../../shared/errors';

type Node = Lineage['nodes'][number];
type Edge = Lineage['edges'][number];

const NODES = `
SELECT id, 'dataset' AS type, name AS label, printf('%,d', images) || ' pictures' AS detail, created_at AS time FROM datasets WHERE trashed_at IS NULL
UNION ALL SELECT id, 'run', name, CASE kind WHEN 'pretrain' THEN 'pretraining' WHEN 'initialize' THEN 'initialisation' WHEN 'train' THEN 'training' WHEN 'distill' THEN 'distillation' WHEN 'bench' THEN 'comparison' ELSE kind END || ', ' || status, created_at FROM runs WHERE trashed_at IS NULL
UNION ALL SELECT id, 'checkpoint', name, CASE origin WHEN 'pretrain' THEN 'pretrained' WHEN 'initialize' THEN 'initialised' WHEN 'train' THEN 'trained on' WHEN 'distill' THEN 'distilled' WHEN 'import' THEN 'imported' WHEN 'baseline' THEN 'compared' ELSE origin END || ', depth ' || json_extract(model, '$.depth') || ', step ' || printf('%,d', step), created_at FROM checkpoints WHERE trashed_at IS NULL
UNION ALL SELECT id, 'learngene', name, 'width ' || hidden_size || ', ' || printf('%,d', parameters) || ' parameters', created_at FROM learngenes WHERE trashed_at IS NULL
UNION ALL SELECT e.id, 'export', CASE e.format WHEN 'onnx' THEN 'ONNX' ELSE e.format END || ' of ' || c.name, e.precision, e.created_at FROM exports e JOIN checkpoints c ON c.id = e.checkpoint_id WHERE c.trashed_at IS NULL AND e.trashed_at IS NULL`;

const EDGES = `
SELECT dataset_id AS "from", id AS "to" FROM runs
UNION ALL SELECT checkpoint_id, id FROM runs
UNION ALL SELECT learngene_id, id FROM runs
UNION ALL SELECT run_id, id FROM checkpoints
UNION ALL SELECT learngene_id, id FROM checkpoints WHERE run_id IS NULL
UNION ALL SELECT checkpoint_id, id FROM learngenes
UNION ALL SELECT checkpoint_id, id FROM exports`;

/** The whole graph, or what `id` came from and what came from it. */
export function lineage(catalog: Catalog, id?: string): Lineage {
  const nodes = new Map((catalog.prepare(`SELECT id, type, label, detail FROM (${NODES}) ORDER BY time`).all() as Node[]).map((node) => [node.id, node]));
  const edges = pastTrashedRuns(catalog, catalog.prepare(EDGES).all() as Edge[]).filter((e) => nodes.has(e.from) && nodes.has(e.to));
  if (id === undefined) return { nodes: [...nodes.values()], edges };
  if (!nodes.has(id)) throw new AppError('not-found', `Nothing in the catalogue has the id “${id}”.`, { field: 'id' });
  const kept = new Set([...reach(id, edges, 'from', 'to'), ...reach(id, edges, 'to', 'from')]);
  return { nodes: [...nodes.values()].filter((n) => kept.has(n.id)), edges: edges.filter((e) => kept.has(e.from) && kept.has(e.to)) };
}

/** A model stays while the run that made it is in the trash: it then comes straight from what the run started with. */
function pastTrashedRuns(catalog: Catalog, edges: readonly Edge[]): Edge[] {
  const trashed = new Set(catalog.prepare('SELECT id FROM runs WHERE trashed_at IS NOT NULL').pluck().all() as string[]);
  const into = Map.groupBy(edges.filter((e) => trashed.has(e.to)), (e) => e.to);
  return edges.flatMap((e) => (trashed.has(e.from) ? (into.get(e.from) ?? []).map(({ from }) => ({ from, to: e.to })) : [e]));
}

function reach(start: string, edges: readonly Edge[], near: keyof Edge, far: keyof Edge): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge[near], [...(next.get(edge[near]) ?? []), edge[far]]);
  const seen = new Set([start]);
  const open = [start];
  while (open.length > 0)
    for (const id of next.get(open.pop()!) ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(id);
    }
  return seen;
}

/** Class names and more of what a checkpoint was trained on, through its run when it does not say so itself. */
export function datasetOfCheckpoint(catalog: Catalog, checkpointId: string): string | null {
  const checkpoint = checkpoints.get(catalog, checkpointId, 'checkpointId');
  return checkpoint.datasetId ?? (checkpoint.runId ? (findRun(catalog, checkpoint.runId)?.datasetId ?? null) : null);
}
