/** Runs that belong to one comparison, and what they say together. */
import type { SigmaStart } from '@shared/config';
import type { Run } from '@shared/entities';
import { formatTime } from '../../format/format';
import { depthOf, outcome } from '../initialize/outcome';
import { START_LABELS } from '../initialize/values';

export interface Comparison {
  id: string;
  title: string;
  startedAt: number;
  runs: Run[];
}

/** The runs of a comparison carry its name as a tag, which one sees and may take away in the run. */
const TAG = 'comparison: ';
export const tagOf = (name: string) => `${TAG}${name}`;

/** Comparisons that a person started, then runs that were started together, newest first. */
export function comparisonsOf(runs: readonly Run[], learngeneName: (id: string | null) => string | undefined): Comparison[] {
  const tag = (run: Run) => run.tags.find((t) => t.startsWith(TAG));
  const sets = Map.groupBy(runs.filter((r) => tag(r) ?? r.groupId), (r) => tag(r) ?? r.groupId!);
  return [...sets]
    .filter(([id, members]) => id.startsWith(TAG) || members.length > 1)
    .map(([id, members]) => ({
      id,
      title: id.startsWith(TAG) ? id.slice(TAG.length) : `${members.length} sizes from ${learngeneName(members[0].learngeneId) ?? 'a learngene'}, ${formatTime(members[0].createdAt)}`,
      startedAt: Math.min(...members.map((r) => r.createdAt)),
      runs: members.toSorted((a, b) => a.createdAt - b.createdAt),
    }))
    .toSorted((a, b) => b.startedAt - a.startedAt);
}

/** How a run's model began, in words. */
export function methodOf(run: Run): string {
  const config = run.config as { ranks?: unknown; sigma?: { sigmaStart?: SigmaStart } };
  switch (run.kind) {
    case 'initialize': return `FINE, sigma: ${config.sigma?.sigmaStart ? START_LABELS[config.sigma.sigmaStart].label.toLowerCase() : 'tuned'}`;
    case 'pretrain': return config.ranks ? 'Factors from scratch' : 'Dense from scratch';
    case 'train': return 'Trained on';
    case 'distill':
    case 'bench': return run.name;
    default: return run.kind satisfies never;
  }
}

export interface Spread {
  mean: number;
  /** Sample standard deviation; null with a single value. */
  deviation: number | null;
  n: number;
}

export function spread(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((v) => v !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, v) => sum + v, 0) / known.length;
  const deviation = known.length > 1 ? Math.sqrt(known.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (known.length - 1)) : null;
  return { mean, deviation, n: known.length };
}

/** One method at one depth, over its seeds. */
export interface Row {
  id: string;
  method: string;
  depth: number;
  runs: Run[];
  before: Spread | null;
  after: Spread | null;
  steps: number;
  trained: number | null;
  /** Parameters that came unchanged from the learngene. */
  carried: number | null;
  elapsedMs: Spread | null;
}

export function rowsOf(runs: readonly Run[]): Row[] {
  return [...Map.groupBy(runs, (r) => `${methodOf(r)} at ${depthOf(r)}`)].map(([id, members]) => {
    const outcomes = members.map(outcome);
    const { parameters, tuned } = outcomes.find((o) => o.parameters !== null) ?? outcomes[0];
    return {
      id, method: methodOf(members[0]), depth: outcomes[0].depth, runs: members,
      before: spread(outcomes.map((o) => o.lossBefore)), after: spread(outcomes.map((o) => o.lossAfter)),
      steps: members[0].steps, trained: tuned, carried: parameters === null || tuned === null ? null : parameters - tuned,
      elapsedMs: spread(members.map((r) => (r.status === 'completed' ? r.elapsedMs : null))),
    };
  });
}

export interface Budget {
  steps: number;
  batchSize: number;
  datasetId: string | null;
}

/** Steps, batch and data of each run, as far as they differ: one entry when the budget is equal. */
export function budgetsOf(runs: readonly Run[]): Budget[] {
  const all = runs.map((r) => {
    const { batchSize = 1, accumulate = 1 } = (r.config.train ?? {}) as { batchSize?: number; accumulate?: number };
    return { steps: r.steps, batchSize: batchSize * accumulate, datasetId: r.datasetId };
  });
  return [...new Map(all.map((b) => [JSON.stringify(b), b])).values()];
}
