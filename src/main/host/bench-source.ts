/** Sources of comparisons: the run that has trained, or will train, what a target starts from. */
import { existsSync } from 'node:fs';
import { AppError, type ErrorInfo } from '../../shared/errors';
import type { Run } from '../../shared/entities';
import { checkpoints, findRun, sourceRuns, updateRun } from '../catalog';
import type { HostContext } from './context';
import { checkpointIdOf } from './finished';
import { configHash, formFile, frozenConfig, type FrozenConfig } from './run-jobs';

/** A run that gives the same as this configuration would: finished, or on its way. */
export function equalSource({ catalog, home }: Pick<HostContext, 'catalog' | 'home'>, datasetId: string, config: FrozenConfig): Run | undefined {
  const wanted = meaning(config);
  return sourceRuns(catalog, datasetId).find((run) => {
    const found = frozenConfig(run);
    if (found.kind !== config.kind || meaning(found) !== wanted) return false;
    if (run.status !== 'completed') return true;
    if (found.kind === 'bench') return existsSync(formFile(home, run.id));
    return checkpoints.find(catalog, checkpointIdOf(run.id))?.trashedAt === null;
  });
}

/** Of everything that changes the numbers of a source: not who computes it, nor how often it is shown or saved. */
function meaning(config: FrozenConfig): string {
  const { backend: _, threads: __, sampleEvery: ___, checkpointEvery: ____, validateEvery: _____, ...train } = config.train;
  const { kind, model, ranks, diffusion } = config;
  return configHash([kind, model, ranks, diffusion, train, config.kind === 'bench' ? config.method : null, config.kind === 'pretrain' ? config.factors : null]);
}

/**
 * The run as it can start now, with the checkpoint of its source as its origin. Throws `conflict` when the source did not come to
 * be, or is gone.
 */
export function withSource({ catalog, home }: Pick<HostContext, 'catalog' | 'home'>, run: Run): Run {
  const config = frozenConfig(run);
  if (config.kind !== 'bench' || config.sourceRunId === null) return run;
  const source = findRun(catalog, config.sourceRunId);
  const refused = (what: string, cause?: string, hint = 'Start a new comparison: it trains the source again.') => new AppError('conflict', `${run.name} cannot start: ${what}`, { cause, hint });
  if (!source) throw refused('the run that trained its source was erased.');
  if (source.trashedAt !== null) throw refused(`its source “${source.name}” is in the trash.`, undefined, 'Restore it, then resume this run.');
  if (source.status !== 'completed') throw refused(`its source “${source.name}” ${source.status === 'failed' ? 'failed' : `is ${source.status}`}.`, (source.error as ErrorInfo | null)?.message, 'Resume the source, and this run when that is done.');
  if (config.from === 'form' && !existsSync(formFile(home, source.id))) throw refused(`the file that its source “${source.name}” left is missing.`);
  const checkpoint = checkpoints.find(catalog, checkpointIdOf(source.id));
  if (!checkpoint && config.from === 'checkpoint') throw refused(`the checkpoint of its source “${source.name}” was erased.`);
  return checkpoint ? updateRun(catalog, run.id, { checkpointId: checkpoint.id }) : run;
}
