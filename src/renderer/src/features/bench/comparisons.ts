/** Runs that belong to one comparison, and what they say together. */
import type { SigmaStart } from '@shared/config';
import type { Run } from '@shared/entities';
import { type InitializationId, initializationInfo } from '@shared/initializations';
import { type Spread, spread } from '@shared/spread';
import { formatTime } from '../../format/format';
import { depthOf, outcome } from '../initialize/outcome';
import { START_LABELS } from '../initialize/values';

export interface Comparison {
  id: string;
  title: string;
  startedAt: number;
  runs: Run[];
}

/** Comparisons of earlier versions carry their name as a tag. */
const TAG = 'comparison: ';

/** What a run of a comparison has in its frozen configuration. */
export interface Compared {
  method: InitializationId;
  sigmaStart: SigmaStart | null;
  adaptation: { steps: number } | null;
  pretrainSteps: number | null;
  sourceRunId: string | null;
  charged: boolean;
  comparison: string | null;
}

/** Null for runs of other kinds, and for those that only train a source. */
export function comparedOf(run: Run): Compared | null {
  return run.kind === 'bench' && run.config.stage === 'target' ? (run.config as unknown as Compared) : null;
}

/** Comparisons and runs that were started together, newest first. */
export function comparisonsOf(runs: readonly Run[], learngeneName: (id: string | null) => string | undefined): Comparison[] {
  const tag = (run: Run) => run.tags.find((t) => t.startsWith(TAG));
  const sets = Map.groupBy(runs.filter((r) => tag(r) ?? r.groupId), (r) => tag(r) ?? r.groupId!);
  return [...sets]
    .filter(([id, members]) => id.startsWith(TAG) || members.length > 1 || comparedOf(members[0]))
    .map(([id, members]) => ({
      id,
      title: id.startsWith(TAG) ? id.slice(TAG.length) : comparedOf(members[0])?.comparison ? `${comparedOf(members[0])!.comparison} (${formatTime(members[0].createdAt)})` : `${members.length} sizes from ${learngeneName(members[0].learngeneId) ?? 'a learngene'} (${formatTime(members[0].createdAt)})`,
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
    case 'distill': return run.name;
    case 'bench': {
      const compared = comparedOf(run);
      if (!compared) return run.name;
      const { label } = initializationInfo(compared.method);
      return compared.sigmaStart && compared.sigmaStart !== 'line' ? `${label}, sigma: ${START_LABELS[compared.sigmaStart].label.toLowerCase()}` : label;
    }
    default: return run.kind satisfies never;
  }
}

/** One method at one depth, over its seeds. */
export interface Row {
  id: string;
  method: string;
  depth: number;
  runs: Run[];
  before: Spread | null;
  after: Spread | null;
  /** After as many steps as a run without adaptation has, where adaptation came on top of the budget; otherwise as `after`. */
  charged: Spread | null;
  steps: number;
  /** Of `steps`, those of the adaptation. */
  adaptation: number;
  /** Steps behind the source; 0 without one, null when not known. */
  pretrained: number | null;
  trained: number | null;
  /** Numbers that came from the learngene or another source. */
  carried: number | null;
  elapsedMs: Spread | null;
}

export function rowsOf(runs: readonly Run[]): Row[] {
  return [...Map.groupBy(runs, (r) => `${methodOf(r)} at ${depthOf(r)}`)].map(([id, members]) => {
    const outcomes = members.map(outcome);
    const { parameters, tuned } = outcomes.find((o) => o.parameters !== null) ?? outcomes[0];
    const after = spread(outcomes.map((o) => o.lossAfter));
    const compared = comparedOf(members[0]);
    const adaptation = compared?.adaptation?.steps ?? 0;
    const figures = members.find((r) => r.result)?.result as { carried?: number; tuned?: number } | undefined;
    return {
      id, method: methodOf(members[0]), depth: outcomes[0].depth, runs: members, before: spread(outcomes.map((o) => o.lossBefore)), after,
      charged: compared && !compared.charged && adaptation > 0 ? spread(members.map((r) => r.metrics.chargedLoss?.last ?? null)) : after,
      steps: members[0].steps, adaptation, pretrained: compared ? compared.pretrainSteps : null,
      trained: compared ? (figures?.tuned ?? null) : tuned,
      carried: compared ? (figures?.carried ?? null) : parameters === null || tuned === null ? null : parameters - tuned,
      elapsedMs: spread(members.map((r) => (r.status === 'completed' ? r.elapsedMs : null))),
    };
  });
}

export interface Budget {
  steps: number;
  batchSize: number;
  datasetId: string | null;
}

/** Steps, batch and data of each run, as far as they differ: one entry when the budget is equal. Adaptation that is not charged is no part of it. */
export function budgetsOf(runs: readonly Run[]): Budget[] {
  const all = runs.map((r) => {
    const { batchSize = 1, accumulate = 1 } = (r.config.train ?? {}) as { batchSize?: number; accumulate?: number };
    const compared = comparedOf(r);
    return { steps: r.steps - (compared?.charged === false ? (compared.adaptation?.steps ?? 0) : 0), batchSize: batchSize * accumulate, datasetId: r.datasetId };
  });
  return [...new Map(all.map((b) => [JSON.stringify(b), b])).values()];
}
