/** The form of training a checkpoint on, and its way to the request and the command. */
import type { Run } from '@shared/entities';
import type { ParamsIn } from '@shared/protocol';
import { TRAINING, trainFlags, trainingOf, trainOptions, type TrainingValues } from '../../components/form/training';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'train' }>['params'];

export interface TrainValues extends TrainingValues {
  checkpointId: string | null;
  datasetId: string | null;
  name: string;
  materialise: boolean;
}

export const INITIAL: TrainValues = { ...TRAINING, checkpointId: null, datasetId: null, name: '', materialise: true };

/** The form that would start this run again. */
export function fromRun(run: Run): TrainValues {
  return { ...INITIAL, ...trainingOf(run), checkpointId: run.checkpointId, datasetId: run.datasetId, materialise: run.config.materialise !== false };
}

/** Null while no checkpoint or no dataset is chosen. `dense` checkpoints have nothing to give up. */
export function toRequest(v: TrainValues, dense: boolean): Request | null {
  if (!v.checkpointId || !v.datasetId) return null;
  return { checkpointId: v.checkpointId, datasetId: v.datasetId, name: v.name.trim() || undefined, materialise: dense || v.materialise, train: trainOptions(v) };
}

export function toCommand(v: TrainValues, dense: boolean): string {
  return commandLine('train', { checkpoint: v.checkpointId ?? 'CHECKPOINT', dataset: v.datasetId ?? 'DATASET', name: v.name.trim() || null, 'keep-factors': !dense && !v.materialise, ...trainFlags(v) });
}
