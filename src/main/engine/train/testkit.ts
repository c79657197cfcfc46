/** A model, data and settings small enough that tests run whole trainings. */
import { type DiTConfig, type TrainConfig, trainConfigSchema, uniformRanks } from '../../../shared/config';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import type { TrainingData } from './options';

export const tinyConfig: DiTConfig = { inputSize: 4, patchSize: 2, inChannels: 3, hiddenSize: 8, depth: 2, heads: 2, mlpRatio: 2, numClasses: 3, learnSigma: false };

/** Every tensor random, so that no path of the model is dead. */
export function tinyWeights(form: 'dense' | 'factorised' = 'dense', config: DiTConfig = tinyConfig): ModelWeights {
  const ranks = form === 'factorised' ? uniformRanks(6) : null;
  const tensors = Object.fromEntries(
    parameterSpecs(config, ranks).map(({ name, shape }, i) => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      const scale = name.startsWith('sigma') ? 1 : 0.3;
      return [name, { shape, data: counterRandom(1, STREAMS.initialisation, i).normals(size).map((x) => x * scale) }];
    }),
  );
  return { config, ranks, tensors };
}

export function tinyData(count = 14, heldOut = 4, config: DiTConfig = tinyConfig): TrainingData {
  const each = config.inputSize ** 2 * config.inChannels;
  const random = counterRandom(2, STREAMS.metrics, 0);
  const bytes = Uint8Array.from(random.integers((count + heldOut) * each, 256));
  const labels = random.integers(count + heldOut, config.numClasses);
  return {
    images: bytes.slice(0, count * each),
    labels: labels.slice(0, count),
    heldOutImages: bytes.slice(count * each),
    heldOutLabels: labels.slice(count),
    size: config.inputSize,
    channels: config.inChannels,
    classes: config.numClasses,
  };
}

export function tinyTrain(over: Partial<TrainConfig> = {}): TrainConfig {
  return trainConfigSchema.parse({ steps: 6, batchSize: 4, learningRate: 1e-2, warmupSteps: 2, checkpointEvery: 0, emaDecay: 0.9, seed: 3, ...over });
}

export const tinyDiffusion = { timesteps: 100, schedule: 'linear', prediction: 'epsilon' } as const;
