/** Runs: frozen configuration, state, queue position; metric summaries come from their own table. */
import { runSchema, type Run, type RunStatus } from '../../shared/entities';
import { write, type Catalog } from './open';
import { summariesOf } from './metrics';
import { Table } from './table';

const table = new Table<Run>('runs', runSchema, { noun: 'run', json: ['config', 'result', 'error', 'tags', 'sittings'], boolean: ['starred'], derived: ['metrics'] });

export const runColumn = (field: string) => table.column(field);

/** Gives rows without metrics their summaries, with one query for all. */
export function withMetrics(catalog: Catalog, rows: Run[]): Run[] {
  const summaries = summariesOf(catalog, rows.map((r) => r.id));
  return rows.map((row) => ({ ...row, metrics: summaries.get(row.id) ?? {} }));
}

export function selectRuns(catalog: Catalog, tail: string, ...params: (string | number | null)[]): Run[] {
  return withMetrics(catalog, table.select(catalog, tail, ...params));
}

export function insertRun(catalog: Catalog, run: Run): void {
  table.insert(catalog, run);
}

/** Throws `not-found`. */
export function getRun(catalog: Catalog, id: string): Run {
  return withMetrics(catalog, [table.get(catalog, id, 'id')])[0]!;
}

export function findRun(catalog: Catalog, id: string): Run | undefined {
  const found = table.find(catalog, id);
  return found && withMetrics(catalog, [found])[0];
}

export function updateRun(catalog: Catalog, id: string, patch: Partial<Omit<Run, 'id' | 'metrics'>>): Run {
  table.update(catalog, id, patch);
  return getRun(catalog, id);
}

export function runsWithStatus(catalog: Catalog, ...statuses: RunStatus[]): Run[] {
  return selectRuns(catalog, `WHERE status IN (${statuses.map(() => '?').join(', ')}) ORDER BY queue_position, created_at`, ...statuses);
}

/** What a run of a comparison starts from may be a run itself (`sourceRunId` of its configuration). */
const SOURCE = "json_extract(runs.config, '$.sourceRunId')";

/** The run that the queue starts next: the first that does not wait for another run to end. */
export function nextQueued(catalog: Catalog): Run | undefined {
  const waits = `EXISTS (SELECT 1 FROM runs AS source WHERE source.id = ${SOURCE} AND source.trashed_at IS NULL AND source.status IN ('queued', 'running', 'paused', 'interrupted'))`;
  return selectRuns(catalog, `WHERE status = 'queued' AND trashed_at IS NULL AND NOT ${waits} ORDER BY queue_position, created_at LIMIT 1`)[0];
}

/** Whether queued runs start from this one. */
export function isAwaited(catalog: Catalog, id: string): boolean {
  return catalog.prepare(`SELECT 1 FROM runs WHERE status = 'queued' AND trashed_at IS NULL AND ${SOURCE} = ? LIMIT 1`).get(id) !== undefined;
}

/** Runs on these pictures that train, or have trained, something that others may start from; the finished ones first. */
export function sourceRuns(catalog: Catalog, datasetId: string): Run[] {
  return selectRuns(catalog, "WHERE dataset_id = ? AND trashed_at IS NULL AND status IN ('completed', 'running', 'queued', 'paused', 'interrupted') AND (kind = 'pretrain' OR (kind = 'bench' AND json_extract(config, '$.stage') = 'source')) ORDER BY status = 'completed' DESC, created_at", datasetId);
}

/** Puts a run at the end of the queue, or at its front. */
export function enqueue(catalog: Catalog, id: string, where: 'end' | 'front' = 'end'): Run {
  return write(catalog, () => {
    const edge = catalog.prepare(`SELECT ${where === 'end' ? 'max' : 'min'}(queue_position) FROM runs WHERE status = 'queued'`).pluck().get() as number | null;
    return updateRun(catalog, id, { status: 'queued', queuePosition: (edge ?? 0) + (where === 'end' ? 1 : -1), endedAt: null, error: null });
  });
}

/** Moves a queued run before another one, or to the end. Returns the queue in its new order, renumbered from 1. */
export function reorderQueue(catalog: Catalog, id: string, before: string | null): Run[] {
  return write(catalog, () => {
    const order = runsWithStatus(catalog, 'queued').map((r) => r.id).filter((other) => other !== id);
    const at = before === null ? -1 : order.indexOf(before);
    order.splice(at < 0 ? order.length : at, 0, id);
    order.forEach((runId, index) => table.update(catalog, runId, { queuePosition: index + 1 }));
    return runsWithStatus(catalog, 'queued');
  });
}

export function setWorkerPid(catalog: Catalog, id: string, pid: number | null): void {
  write(catalog, () => catalog.prepare('UPDATE runs SET worker_pid = ? WHERE id = ?').run(pid, id));
}

export function workerPid(catalog: Catalog, id: string): number | null {
  return (catalog.prepare('SELECT worker_pid FROM runs WHERE id = ?').pluck().get(id) as number | null | undefined) ?? null;
}
