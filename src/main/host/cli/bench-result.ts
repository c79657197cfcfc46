/** A comparison of initialisations as the command line gives it: one row per method and depth, over its seeds. */
import type { Run } from '../../../shared/entities';
import type { ErrorInfo } from '../../../shared/errors';
import { initializationInfo } from '../../../shared/initializations';
import { spread, type Spread } from '../../../shared/spread';
import type { JobResult } from '../../../shared/worker';
import { frozenConfig } from '../run-jobs';
import { count, duration } from '../units';
import { table, type CommandResult } from './output';

type Result = Partial<Omit<JobResult<'bench'>, 'checkpoint'>> & { checkpointId: string };

/** What a row is about. Shared factors from nothing are a pretraining like any other. */
function described(run: Run) {
  const config = frozenConfig(run);
  const { model, train } = config;
  if (config.kind !== 'bench') return { method: 'factors', name: 'Factors from scratch', sigmaStart: null, model, train, adaptation: null, pretrainSteps: 0, charged: true };
  return { ...config, name: initializationInfo(config.method).label };
}
const show = (s: Spread | null) => (s === null ? '' : s.deviation === null ? s.mean.toFixed(4) : `${s.mean.toFixed(4)} ± ${s.deviation.toFixed(4)}`);

/** `sources`: the runs that trained what the others start from, as far as they belong to this command. */
export function benchResult(groupId: string | null, targets: readonly Run[], sources: readonly Run[]): CommandResult {
  const groups = Map.groupBy(targets, (run) => {
    const { method, model, sigmaStart } = described(run);
    return `${method} ${sigmaStart} ${model.depth}`;
  });
  const several = new Set(targets.flatMap((run) => described(run).sigmaStart ?? [])).size > 1;
  const rows = [...groups.values()].map((runs) => {
    const { method, name, sigmaStart, model, adaptation, train, pretrainSteps, charged } = described(runs[0]!);
    const results = runs.map((run) => run.result as Result | null);
    const first = results.find((result) => result !== null);
    const adaptationSteps = adaptation?.steps ?? 0;
    return {
      method, label: `${name}${several && sigmaStart ? `, sigma ${sigmaStart}` : ''}`, sigmaStart, depth: model.depth,
      runs: runs.map((run) => run.id), seeds: runs.map((run) => described(run).train.seed), checkpoints: results.map((result) => result?.checkpointId ?? null), completed: first ? results.filter(Boolean).length : 0,
      lossBefore: spread(results.map((r) => r?.lossBefore ?? null)), lossAdapted: spread(results.map((r) => r?.lossAdapted ?? null)), lossAfter: spread(results.map((r) => r?.lossAfter ?? null)),
      /** Where a budget that charges the adaptation ends; where it is charged, or there is none, that is the end. */
      lossCharged: spread(runs.map((run, i) => (charged || adaptationSteps === 0 ? (results[i]?.lossAfter ?? null) : (run.metrics.chargedLoss?.last ?? null)))),
      adaptationSteps, freeSteps: train.steps - adaptationSteps, pretrainSteps, carried: first?.carried ?? null, tuned: first?.tuned ?? null, elapsedMs: Math.round(runs.reduce((sum, run) => sum + run.elapsedMs, 0)),
    };
  });
  rows.sort((a, b) => a.depth - b.depth || (a.lossAfter?.mean ?? Infinity) - (b.lossAfter?.mean ?? Infinity));
  const uncharged = targets.some((run) => !described(run).charged);
  const failed = [...sources, ...targets].filter((run) => run.status !== 'completed').map((run) => ({ run: run.id, name: run.name, status: run.status, error: run.error as ErrorInfo | null }));
  const text = [
    table(
      ['depth', 'method', 'seeds', 'loss before', 'loss after', ...(uncharged ? ['adaptation charged'] : []), 'steps', 'carried', 'tuned', 'pretraining', 'time'],
      rows.map((r) => [
        String(r.depth), r.label, `${r.completed}/${r.runs.length}`, show(r.lossBefore), show(r.lossAfter), ...(uncharged ? [show(r.lossCharged)] : []),
        r.adaptationSteps > 0 ? `${r.adaptationSteps} + ${r.freeSteps}` : String(r.freeSteps), r.carried === null ? '' : count(r.carried), r.tuned === null ? '' : count(r.tuned), r.pretrainSteps === null ? '?' : String(r.pretrainSteps), duration(r.elapsedMs),
      ]),
    ),
    'Loss: validation loss, mean ± standard deviation over seeds. Steps: adaptation + free training. Carried: numbers moved from the source.',
    ...failed.map((f) => `${f.name} (${f.run}): ${f.status}${f.error ? `. ${f.error.message}` : ''}`),
    ...(groupId ? [`Comparison ${groupId}`] : []),
  ].join('\n');
  return { json: { comparison: groupId, rows, runs: targets.map((run) => run.id), sources: sources.map((run) => ({ run: run.id, name: run.name, status: run.status, steps: run.steps, checkpoint: (run.result as Result | null)?.checkpointId ?? null })), failed }, text };
}
