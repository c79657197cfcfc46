/**
 * Runs as they are frozen in the catalogue, and the jobs made from them. The frozen configuration is the worker's job without
 * its paths, plus what the estimate needs; paths follow from identifiers, so that a data folder can be moved.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BACKEND_IDS, type DiTConfig, type Ranks } from '../../shared/config';
import type { Run } from '../../shared/entities';
import { AppError } from '../../shared/errors';
import { ADAPTATION_DIR, ADAPTED_FILE, FORM_FILE, STATE_DIR, type JobOf, type TrainingJob } from '../../shared/worker';
import { checkpointIdOf } from './finished';
import type { Home } from './home';

type Paths = 'runId' | 'runDir' | 'datasetDir' | 'checkpointFile' | 'resume' | 'startedOn' | 'learngeneFile' | 'fromFile' | 'from';

/** What the job does not say by itself: the model that its file holds. */
interface Described {
  model: DiTConfig;
  ranks: Ranks | null;
  /** Number of classes, size and channels come from the dataset; kept to show what the run saw. */
  learnedFrom: string;
}

/** Of a comparison's run, what its job does not say. */
interface Compared {
  from: 'checkpoint' | 'learngene' | 'form' | null;
  /** The run that trains what this one starts from; null where that was there before. */
  sourceRunId: string | null;
  /** Steps behind that; null when it is not known. */
  pretrainSteps: number | null;
  /** Whether adaptation was taken off the free training. */
  charged: boolean;
  /** Name of the comparison; null for a source, which serves several. */
  comparison: string | null;
}

export type FrozenConfig = (Omit<JobOf<'pretrain'>, Paths> | Omit<JobOf<'initialize'>, Paths> | Omit<JobOf<'train'>, Paths> | Omit<JobOf<'distill'>, Paths> | (Omit<JobOf<'bench'>, Paths> & Compared)) & Described;

export function frozenConfig(run: Run): FrozenConfig {
  return run.config as unknown as FrozenConfig;
}

/** SHA-256 of the configuration with its keys in order: equal for equal runs. */
export function configHash(config: unknown): string {
  return createHash('sha256').update(JSON.stringify(ordered(config))).digest('hex');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v)]));
}

/** The worker's job, with absolute paths. It resumes when a training state lies in the run's folder. */
export function jobOfRun(home: Home, run: Run): TrainingJob {
  const { ranks, learnedFrom: _, ...config } = frozenConfig(run);
  const paths = {
    runId: run.id,
    runDir: home.runDir(run.id),
    datasetDir: home.datasetDir(needed(run, run.datasetId, 'dataset')),
    checkpointFile: home.checkpointFile(checkpointIdOf(run.id)),
    resume: hasState(home.runDir(run.id)),
    startedOn: BACKEND_IDS.find((id) => id === run.backend) ?? null,
  };
  switch (config.kind) {
    case 'pretrain':
      return { ...config, ...paths };
    case 'initialize': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, learngeneFile: home.learngeneFile(needed(run, run.learngeneId, 'learngene')) };
    }
    case 'train': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, fromFile: home.checkpointFile(needed(run, run.checkpointId, 'checkpoint')) };
    }
    case 'distill': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, ranks: ranks!, fromFile: home.checkpointFile(needed(run, run.checkpointId, 'checkpoint')) };
    }
    case 'bench': {
      const { from, sourceRunId, pretrainSteps: __, charged: ___, comparison: ____, ...job } = config;
      return { ...job, ...paths, from: from && { form: from, file: sourceFile(home, run, from, sourceRunId) } };
    }
    default:
      return config satisfies never;
  }
}

function sourceFile(home: Home, run: Run, from: 'checkpoint' | 'learngene' | 'form', sourceRunId: string | null): string {
  switch (from) {
    case 'form': return formFile(home, needed(run, sourceRunId, 'source'));
    case 'learngene': return home.learngeneFile(needed(run, run.learngeneId, 'learngene'));
    case 'checkpoint': return home.checkpointFile(sourceRunId ? checkpointIdOf(sourceRunId) : needed(run, run.checkpointId, 'checkpoint'));
    default: return from satisfies never;
  }
}

/** Where a run of a comparison leaves a method's own form for those that start from it. */
export function formFile(home: Home, sourceRunId: string): string {
  return join(home.runDir(sourceRunId), FORM_FILE);
}

/** A run that was given up does not keep its material from being erased; it cannot go on after that. */
function needed(run: Run, id: string | null, noun: string): string {
  if (id !== null) return id;
  throw new AppError('conflict', `The ${noun} that ${run.name} reads was erased.`, { hint: 'Start a new run.' });
}

function hasState(runDir: string): boolean {
  return existsSync(join(runDir, ADAPTED_FILE)) || [STATE_DIR, ADAPTATION_DIR].some((name) => holdsState(join(runDir, name)));
}

function holdsState(dir: string): boolean {
  try {
    return readdirSync(dir).some((name) => /^state-\d+\.safetensors$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
