/** Complete rows for tests of the catalogue. */
import type { Checkpoint, Dataset, Learngene, Run } from '../../src/shared/entities';

export function exampleRun(patch: Partial<Run> = {}): Run {
  return {
    id: 'run-a', kind: 'pretrain', name: 'A run', status: 'completed', groupId: null, datasetId: null, checkpointId: null, learngeneId: null, config: { kind: 'pretrain' }, configHash: 'h',
    step: 10, steps: 10, queuePosition: null, metrics: {}, result: null, error: null, backend: null, createdAt: 1000, startedAt: null, endedAt: null, elapsedMs: 0, sittings: [],
    notes: '', tags: [], folder: '', starred: false, trashedAt: null, ...patch,
  };
}

export function exampleDataset(patch: Partial<Dataset> = {}): Dataset {
  return {
    id: 'ds-a', name: 'Pictures', kind: 'folder', source: '/pictures', size: 32, channels: 3, space: 'pixels', scale: 1, decoder: null, images: 100, heldOut: 10, classes: [{ name: 'a', images: 100 }],
    skipped: [], mean: [0, 0, 0], std: [1, 1, 1], bytes: 5, preview: null, attribution: null, createdAt: 1000, trashedAt: null, ...patch,
  };
}

export function exampleCheckpoint(patch: Partial<Checkpoint> = {}): Checkpoint {
  return {
    id: 'ckpt-a', name: 'A model', runId: null, datasetId: null, learngeneId: null, form: 'factorised', step: 10,
    model: { inputSize: 32, patchSize: 4, inChannels: 3, hiddenSize: 96, depth: 6, heads: 4, mlpRatio: 4, numClasses: 1, learnSigma: false }, ranks: { qkv: 96, proj: 96, fc1: 96, fc2: 96, adaLN: 96 },
    diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, classNames: ['a'], parameters: 10, denseParameters: 20, hasEma: true, loss: null, file: 'checkpoints/ckpt-a.safetensors',
    bytes: 40, sha256: 'ab', origin: 'pretrain', createdAt: 1000, trashedAt: null, ...patch,
  };
}

export function exampleLearngene(patch: Partial<Learngene> = {}): Learngene {
  return {
    id: 'lg-a', name: 'A learngene', checkpointId: null, importedFrom: null, hiddenSize: 96, model: exampleCheckpoint().model, diffusion: { timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, warnings: [], ranks: { qkv: 96, proj: 96, fc1: 96, fc2: 96, adaLN: 96 }, sourceDepth: 6, carries: ['biases'], method: 'direct', parameters: 5, bytes: 20,
    sha256: 'cd', uvHash: 'ef', errors: null, file: 'learngenes/lg-a.learngene.safetensors', createdAt: 1000, trashedAt: null, ...patch,
  };
}
