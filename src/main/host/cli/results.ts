/** Finished runs as the command line gives them. */
import type { Run } from '../../../shared/entities';
import type { SigmaOptions } from '../../../shared/worker';
import type { Home } from '../home';
import { count, duration } from '../units';
import { table, type CommandResult } from './output';
import type { Session } from './session';

interface Figures {
  checkpointId?: string;
  lossBefore?: number;
  lossAfter?: number;
  parameters?: number;
  trainedParameters?: number;
  /** Of the decomposition behind a distilled model: relative error by type and layer. */
  errors?: Record<string, number[]>;
  uvHashBefore?: string;
  uvHashAfter?: string;
}

const figures = (run: Run) => (run.result ?? {}) as Figures;

/** What every command says about a run. */
export function runFacts(home: Home, run: Run) {
  const { checkpointId, lossBefore, lossAfter, parameters, trainedParameters } = figures(run);
  return {
    run: run.id, name: run.name, kind: run.kind, status: run.status, step: run.step, steps: run.steps, checkpoint: checkpointId ?? null, file: checkpointId ? home.checkpointFile(checkpointId) : null,
    lossBefore: lossBefore ?? null, lossAfter: lossAfter ?? null, parameters: parameters ?? null, trainedParameters: trainedParameters ?? null, backend: run.backend, elapsedMs: Math.round(run.elapsedMs),
  };
}

export function runResult({ home }: Session, [run]: Run[]): CommandResult {
  const facts = { ...runFacts(home, run!), ...(figures(run!).errors && { errors: figures(run!).errors }) };
  return { json: facts, text: `${facts.run}  ${facts.name}: ${facts.status} in ${duration(facts.elapsedMs)}, loss ${facts.lossBefore?.toFixed(4)} → ${facts.lossAfter?.toFixed(4)}\n${facts.checkpoint}  ${facts.file}` };
}

/** One row per size, with the proof that U and V stayed as they were: the learngene's, or for other channels those derived from it. */
export function sizesResult({ home }: Session, runs: Run[], groupId: string | null): CommandResult {
  const sizes = runs.map((run) => {
    const { uvHashBefore, uvHashAfter } = figures(run);
    const { depth, resize } = run.config.sigma as Pick<SigmaOptions, 'depth' | 'resize'>;
    return { depth, resize: resize ?? null, ...runFacts(home, run), uvHashBefore, uvHashAfter, uvUnchanged: uvHashBefore === uvHashAfter };
  });
  const rows = sizes.map((s) => [String(s.depth), s.checkpoint ?? '', count(s.parameters ?? 0), count(s.trainedParameters ?? 0), s.lossBefore?.toFixed(4) ?? '', s.lossAfter?.toFixed(4) ?? '', s.uvUnchanged ? `${s.resize ? 'derived, then unchanged' : 'unchanged'} (${s.uvHashAfter?.slice(0, 12)})` : 'CHANGED']);
  return {
    json: { checkpoints: sizes.map((s) => s.checkpoint), runs: sizes.map((s) => s.run), group: groupId, sizes },
    text: table(['depth', 'checkpoint', 'parameters', 'tuned', 'loss before', 'loss after', 'U and V'], rows),
  };
}
