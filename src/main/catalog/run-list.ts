/** The run table: filters, search and sorting by any column or metric, one page at a time. */
import type { Params } from '../../shared/protocol';
import { AppError } from '../../shared/errors';
import type { Run } from '../../shared/entities';
import type { Catalog } from './open';
import { runColumn, selectRuns } from './runs';

type Value = string | number | null;

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** Throws `invalid-input` for a sort key that is neither a column nor `metric:KEY:first|last|min|max|count`. */
export function listRuns(catalog: Catalog, query: Params<'runs.list'>): { runs: Run[]; total: number } {
  const where: string[] = [`runs.trashed_at IS ${query.trashed ? 'NOT NULL' : 'NULL'}`];
  const values: Value[] = [];
  const add = (sql: string, ...params: Value[]) => {
    where.push(sql);
    values.push(...params);
  };
  if (query.status) add(`runs.status IN (${query.status.map(() => '?').join(', ')})`, ...query.status);
  if (query.kind) add(`runs.kind IN (${query.kind.map(() => '?').join(', ')})`, ...query.kind);
  if (query.folder === '') add("runs.folder = ''");
  else if (query.folder !== undefined) add(String.raw`(runs.folder = ? OR runs.folder LIKE ? ESCAPE '\')`, query.folder, `${escapeLike(query.folder)}/%`);
  if (query.groupId !== undefined) add('runs.group_id = ?', query.groupId);
  if (query.starred !== undefined) add('runs.starred = ?', query.starred ? 1 : 0);
  if (query.tag !== undefined) add('EXISTS (SELECT 1 FROM json_each(runs.tags) WHERE json_each.value = ?)', query.tag);
  for (const word of query.search?.trim().split(/\s+/).filter(Boolean) ?? [])
    add(String.raw`(runs.id || ' ' || runs.name || ' ' || runs.kind || ' ' || runs.status || ' ' || runs.folder || ' ' || runs.tags || ' ' || runs.notes) LIKE ? ESCAPE '\'`, `%${escapeLike(word)}%`);

  const sort = sortTerm(query.sort);
  const direction = query.descending ? 'DESC' : 'ASC';
  const condition = `WHERE ${where.join(' AND ')}`;
  const total = catalog.prepare(`SELECT count(*) FROM runs ${condition}`).pluck().get(...values) as number;
  // The order is made of ids alone: sorting whole rows, with their configurations, takes four times as long.
  const ids = catalog
    .prepare(`SELECT runs.id FROM runs ${sort.join} ${condition} ORDER BY ${sort.nullable ? `${sort.expression} IS NULL, ` : ''}${sort.expression} ${direction}, runs.id ${direction} LIMIT ? OFFSET ?`)
    .pluck().all(...sort.params, ...values, query.limit, query.offset) as string[];
  const found = new Map(selectRuns(catalog, `WHERE runs.id IN (${ids.map(() => '?').join(', ')})`, ...ids).map((run) => [run.id, run]));
  const runs = ids.map((id) => found.get(id)!);
  return { runs, total };
}

function sortTerm(sort: string): { join: string; expression: string; params: Value[]; nullable: boolean } {
  const metric = /^metric:(.+):(first|last|min|max|count)$/.exec(sort);
  if (metric) return { join: 'LEFT JOIN metric_summaries AS m ON m.run_id = runs.id AND m.key = ?', expression: `m.${metric[2]}`, params: [metric[1]!], nullable: true };
  const column = runColumn(sort);
  if (!column) throw new AppError('invalid-input', `Runs cannot be sorted by “${sort}”.`, { hint: 'Use a column such as createdAt or name, or metric:loss:last.', field: 'sort' });
  return { join: '', expression: column, params: [], nullable: !['createdAt', 'name', 'kind', 'status', 'id'].includes(sort) };
}
