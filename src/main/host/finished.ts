/** What a finished run or import leaves in the catalogue. */
import type { Checkpoint, Run } from '../../shared/entities';
import type { JobResult, ModelFacts, TrainingKind } from '../../shared/worker';
import type { Home } from './home';

/** A run has one checkpoint, whose id follows from the run's: a repeated end cannot make a second. */
export function checkpointIdOf(runId: string): string {
  return runId.replace(/^run-/, 'ckpt-');
}

export function checkpointFromFacts(facts: ModelFacts, rest: Omit<Checkpoint, keyof ModelFacts | 'trashedAt'>): Checkpoint {
  return { ...facts, ...rest, trashedAt: null };
}

export function checkpointOfRun(run: Run, result: JobResult<TrainingKind>, home: Home): Checkpoint {
  const id = checkpointIdOf(run.id);
  const origin = run.kind === 'bench' ? 'baseline' : run.kind;
  return checkpointFromFacts(result.checkpoint, {
    id, name: run.name, runId: run.id, datasetId: run.datasetId, learngeneId: run.learngeneId, origin,
    file: home.relative(home.checkpointFile(id)), createdAt: Date.now(),
  });
}
