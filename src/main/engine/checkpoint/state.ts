/**
 * Training states: what a run needs to go on bit for bit. Random numbers are functions of (seed, stream, step), so the step is
 * all that there is of data order and noise. A folder holds the states of one run, `state-STEP.safetensors`, the newest two kept.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ditConfigSchema, ranksSchema } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import type { ModelWeights } from '../model/types';
import type { TensorMap } from '../tensor/types';
import { sweepTemporaries } from './atomicFile';
import { metadataJson, readChecked, writeChecked } from './checksum';
import { crashPoint } from './crash';

const KIND = 'fine-state';
const FILE = /^state-(\d{9})\.safetensors$/;
const KEPT = 2;

const summarySchema = z.object({
  step: z.int().min(0),
  /** Of everything that the continuation depends on; see `trainingHash`. */
  configHash: z.string(),
  model: ditConfigSchema,
  ranks: ranksSchema.nullable(),
  /** Held-out loss of the starting weights. */
  lossBefore: z.number().nullable(),
  lastLoss: z.number().nullable(),
  /** Mean loss of the first updates, and the running mean now: for the warning about divergence. */
  startLoss: z.number().nullable(),
  recentLoss: z.number().nullable(),
  warned: z.boolean(),
  /** Step of the last state from before that warning: it is kept. */
  healthyStep: z.int().nullable(),
  elapsedMs: z.number(),
});
export type StateSummary = z.infer<typeof summarySchema>;

export interface TrainingState {
  summary: StateSummary;
  /** The program's state: weights, averages and moments of the trained tensors, by prefixed name. */
  state: TensorMap;
  /** Tensors that are not trained. */
  frozen: TensorMap;
}

const STATE = 'state/';
const FROZEN = 'frozen/';

/**
 * Writes a state and removes all but the newest two and the one of `summary.healthyStep`. The stages of the write are crash
 * points `state:before-write`, `state:mid-write`, `state:before-rename`, `state:after-rename`.
 */
export async function writeState(dir: string, { summary, state, frozen }: TrainingState): Promise<{ file: string; bytes: number }> {
  const tensors: TensorMap = {};
  for (const [name, tensor] of Object.entries(state)) tensors[STATE + name] = tensor;
  for (const [name, tensor] of Object.entries(frozen)) tensors[FROZEN + name] = tensor;
  const file = join(dir, fileName(summary.step));
  const bytes = await writeChecked(file, tensors, { format: KIND, summary: JSON.stringify(summary) }, (stage) => crashPoint(`state:${stage}`));
  const steps = await storedSteps(dir);
  for (const step of steps.slice(KEPT)) if (step !== summary.healthyStep) await rm(join(dir, fileName(step)), { force: true });
  return { file, bytes };
}

/** Reads one state file. Throws `AppError('format' | 'checksum' | 'not-found')`. */
export async function readState(file: string): Promise<TrainingState> {
  const { tensors, metadata } = await readChecked(file, KIND);
  const parsed = summarySchema.safeParse(metadataJson(file, metadata, 'summary'));
  if (!parsed.success) throw new AppError('format', 'The training state describes itself in a way that this version does not know.', { cause: parsed.error.issues[0].message, details: { file } });
  const state: TensorMap = {};
  const frozen: TensorMap = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    if (name.startsWith(STATE)) state[name.slice(STATE.length)] = tensor;
    else frozen[name.slice(FROZEN.length)] = tensor;
  }
  return { summary: parsed.data, state, frozen };
}

/**
 * The newest state that is sound, after sweeping what interrupted writes left; null when there is none at all. A damaged one is
 * reported through `onWarning` and passed over. Throws `AppError('checksum')` when there are states but none is sound.
 */
export async function latestState(dir: string, onWarning: (message: string) => void = () => {}): Promise<TrainingState | null> {
  await sweepTemporaries(dir);
  const steps = await storedSteps(dir);
  for (const step of steps) {
    try {
      return await readState(join(dir, fileName(step)));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      onWarning(`The training state of step ${step} cannot be used: ${error.message} Falling back to the one before.`);
    }
  }
  if (steps.length === 0) return null;
  throw new AppError('checksum', `None of the ${steps.length} training states of this run can be read.`, { hint: 'Start the run again; its frozen settings are kept.', details: { dir } });
}

/** Disk space that a run's states take at most: those kept, one being written, one kept from before a divergence. */
export function spaceForStates(stateBytes: number): number {
  return (KEPT + 2) * stateBytes;
}

/** The model in a state: its present weights and, where kept, their running average. */
export function modelOfState({ summary, state, frozen }: TrainingState): { weights: ModelWeights; ema: TensorMap | null } {
  const part = (prefix: string): TensorMap => Object.fromEntries(Object.entries(state).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])));
  const average = part('ema/');
  return {
    weights: { config: summary.model, ranks: summary.ranks, tensors: { ...frozen, ...part('weights/') } },
    ema: Object.keys(average).length > 0 ? { ...frozen, ...average } : null,
  };
}

/** Size on disk of a run's states, newest first. */
export async function listStates(dir: string): Promise<{ step: number; file: string; bytes: number }[]> {
  const steps = await storedSteps(dir);
  return Promise.all(steps.map(async (step) => ({ step, file: join(dir, fileName(step)), bytes: (await stat(join(dir, fileName(step)))).size })));
}

function fileName(step: number): string {
  return `state-${String(step).padStart(9, '0')}.safetensors`;
}

/** Newest first. */
async function storedSteps(dir: string): Promise<number[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.flatMap((name) => { const match = FILE.exec(name); return match ? [Number(match[1])] : []; }).sort((a, b) => b - a);
}
