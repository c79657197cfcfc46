/** The form of training a checkpoint on, and its way to the request and the command. */
import type { ParamsIn } from '@shared/protocol';
import { commandLine } from '../../components/wizard/commandLine';

type Request = Extract<ParamsIn<'runs.start'>, { kind: 'train' }>['params'];

export interface TrainValues {
  checkpointId: string | null;
  datasetId: string | null;
  name: string;
  materialise: boolean;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  schedule: 'constant' | 'cosine';
  warmupSteps?: number;
  weightDecay?: number;
  gradientClip?: number;
  emaDecay?: number;
  labelDropout?: number;
  horizontalFlip: boolean;
  seed?: number;
  sampleEvery?: number;
  checkpointEvery?: number;
}

export const INITIAL: TrainValues = {
  checkpointId: null, datasetId: null, name: '', materialise: true, steps: 1000, batchSize: 32, learningRate: 1e-3, schedule: 'constant', warmupSteps: 50, weightDecay: 0, gradientClip: 0, emaDecay: 0.99,
  labelDropout: 0.1, horizontalFlip: true, seed: 0, checkpointEvery: 200,
};

/** Null while no checkpoint or no dataset is chosen. `dense` checkpoints have nothing to give up. */
export function toRequest(v: TrainValues, dense: boolean): Request | null {
  if (!v.checkpointId || !v.datasetId) return null;
  const { checkpointId, datasetId, name, materialise, ...train } = v;
  return { checkpointId, datasetId, name: name.trim() || undefined, materialise: dense || materialise, train };
}

export function toCommand(v: TrainValues, dense: boolean): string {
  return commandLine('train', {
    checkpoint: v.checkpointId ?? 'CHECKPOINT', dataset: v.datasetId ?? 'DATASET', name: v.name.trim() || null, steps: v.steps, batch: v.batchSize, lr: v.learningRate, seed: v.seed,
    'keep-factors': !dense && !v.materialise, 'sample-every': v.sampleEvery, 'checkpoint-every': v.checkpointEvery,
  });
}
