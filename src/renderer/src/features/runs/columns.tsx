/** Columns of the run table. An id is what the host sorts by: a field of the run or `metric:KEY:last|min|max`. */
import { IconStarFilled } from '@tabler/icons-react';
import type { Run } from '@shared/entities';
import { RowLink } from '../../components/links';
import { RUN_KIND_LABELS, RunStatus } from '../../components/RunStatus';
import type { CellValue, Column } from '../../components/table/columns';
import { formatDuration, formatPercent, formatTime, formatValue, formatWhole } from '../../format/format';
import { flatten } from '../../format/flatten';

const METRICS = [
  { key: 'loss', label: 'Loss', shown: ['last', 'min'] },
  { key: 'validationLoss', label: 'Validation', shown: ['last'] },
  { key: 'gradNorm', label: 'Gradient norm', shown: [] },
  { key: 'imagesPerSecond', label: 'Images/s', shown: [] },
] as const;
const AGGREGATES = ['last', 'min', 'max'] as const;

const PARAMETERS: { key: string; label: string; optional?: boolean }[] = [
  { key: 'model.hiddenSize', label: 'Hidden size', optional: true },
  { key: 'model.depth', label: 'Depth', optional: true },
  { key: 'ranks.qkv', label: 'Rank (qkv)', optional: true },
  { key: 'train.batchSize', label: 'Batch', optional: true },
  { key: 'train.learningRate', label: 'Learning rate', optional: true },
  { key: 'train.seed', label: 'Seed', optional: true },
  { key: 'sigma.sigmaStart', label: 'Sigma start', optional: true },
];

/** A value of the frozen configuration by its dotted name. */
export function parameter(run: Run, key: string): CellValue {
  const value = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | null | undefined)?.[part], run.config);
  return value === undefined || value === null || typeof value === 'object' ? null : (value as CellValue);
}

export const RUN_COLUMNS: Column<Run>[] = [
  {
    id: 'name', header: 'Run', width: 200, value: (r) => r.name,
    cell: (r) => (
      <>
        {r.starred && <IconStarFilled size={12} style={{ color: 'var(--warn)', marginRight: 5, verticalAlign: '-1px' }} aria-label="Starred" />}
        <RowLink to={`/runs/${r.id}`}>{r.name}</RowLink>
      </>
    ),
  },
  { id: 'kind', header: 'Kind', width: 104, value: (r) => RUN_KIND_LABELS[r.kind] },
  { id: 'status', header: 'State', width: 116, value: (r) => r.status, cell: (r) => <RunStatus status={r.status} /> },
  { id: 'step', header: 'Steps', width: 104, numeric: true, value: (r) => r.step, cell: (r) => (r.step === r.steps ? formatWhole(r.step) : `${formatWhole(r.step)} (${formatPercent(r.steps > 0 ? r.step / r.steps : 0)})`) },
  ...METRICS.flatMap(({ key, label, shown }) =>
    AGGREGATES.map((how): Column<Run> => ({
      id: `metric:${key}:${how}`, header: `${label} ${how}`, width: key === 'loss' ? 90 : 120, numeric: true, optional: !(shown as readonly string[]).includes(how),
      value: (r) => r.metrics[key]?.[how] ?? null, cell: (r) => formatValue(r.metrics[key]?.[how]),
    })),
  ),
  { id: 'model', header: 'Model', width: 84, numeric: true, sortable: false, value: (r) => { const [width, depth] = [parameter(r, 'model.hiddenSize'), parameter(r, 'model.depth')]; return width === null || depth === null ? null : `${width} × ${depth}`; } },
  ...PARAMETERS.map(({ key, label, optional }): Column<Run> => ({ id: key, header: label, width: 110, numeric: key !== 'sigma.sigmaStart', optional, sortable: false, value: (r) => parameter(r, key) })),
  { id: 'backend', header: 'Computed by', width: 120, optional: true, value: (r) => r.backend },
  { id: 'folder', header: 'Folder', width: 120, optional: true, value: (r) => r.folder || null },
  { id: 'tags', header: 'Tags', width: 160, optional: true, sortable: false, value: (r) => r.tags.join(', ') || null },
  { id: 'elapsedMs', header: 'Work', width: 96, numeric: true, value: (r) => r.elapsedMs, cell: (r) => (r.elapsedMs === 0 ? '–' : formatDuration(r.elapsedMs)) },
  { id: 'createdAt', header: 'Made', width: 84, numeric: true, value: (r) => r.createdAt, cell: (r) => formatTime(r.createdAt) },
];

/** Configuration keys whose values differ between runs, with the value of each; null where a run lacks the key. */
export function differing(runs: readonly Run[]): { key: string; values: (string | null)[] }[] {
  const flat = runs.map((r) => new Map(flatten(r.config)));
  const keys = new Set(flat.flatMap((f) => [...f.keys()]));
  return [...keys].map((key) => ({ key, values: flat.map((f) => f.get(key) ?? null) })).filter(({ values }) => new Set(values).size > 1);
}
