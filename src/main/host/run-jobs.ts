/**
 * Runs as they are frozen in the catalogue, and the jobs made from them. The frozen configuration is the worker's job without
 * its paths, plus what the estimate needs; paths follow from identifiers, so that a data folder can be moved.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BACKEND_IDS, type DiTConfig, type Ranks } from '../../shared/config';
import type { Run } from '../../shared/entities';
import type { JobOf, TrainingJob } from '../../shared/worker';
import { checkpointIdOf } from './finished';
import type { Home } from './home';

type Paths = 'runId' | 'runDir' | 'datasetDir' | 'checkpointFile' | 'resume' | 'startedOn' | 'learngeneFile' | 'fromFile';

/** What the job does not say by itself: the model that its file holds. */
interface Described {
  model: DiTConfig;
  ranks: Ranks | null;
  /** Number of classes, size and channels come from the dataset; kept to show what the run saw. */
  learnedFrom: string;
}

export type FrozenConfig = (Omit<JobOf<'pretrain'>, Paths> | Omit<JobOf<'initialize'>, Paths> | Omit<JobOf<'train'>, Paths> | Omit<JobOf<'distill'>, Paths>) & Described;

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
    datasetDir: home.datasetDir(run.datasetId!),
    checkpointFile: home.checkpointFile(checkpointIdOf(run.id)),
    resume: hasState(home.runDir(run.id)),
    startedOn: BACKEND_IDS.find((id) => id === run.backend) ?? null,
  };
  switch (config.kind) {
    case 'pretrain':
      return { ...config, ...paths };
    case 'initialize': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, learngeneFile: home.learngeneFile(run.learngeneId!) };
    }
    case 'train': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, fromFile: home.checkpointFile(run.checkpointId!) };
    }
    case 'distill': {
      const { model: __, ...job } = config;
      return { ...job, ...paths, ranks: ranks!, fromFile: home.checkpointFile(run.checkpointId!) };
    }
    default:
      return config satisfies never;
  }
}

function hasState(runDir: string): boolean {
  try {
    return readdirSync(join(runDir, 'state')).some((name) => /^state-\d+\.safetensors$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
