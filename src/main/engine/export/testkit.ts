/** A small model file with weights that leave no path dead, for the tests of this folder. */
import { type DiTConfig, type Ranks, diffusionSchema } from '../../../shared/config';
import { writeModel } from '../checkpoint/model';
import { parameterSpecs } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';

export const TINY: DiTConfig = { inputSize: 8, patchSize: 2, inChannels: 3, hiddenSize: 32, depth: 3, heads: 4, mlpRatio: 4, numClasses: 5, learnSigma: false };

/** Every tensor normal with variance 1 / (its last size), the zero-initialised ones included. */
export function randomWeights(config: DiTConfig, ranks: Ranks | null, seed: number): ModelWeights {
  const tensors = Object.fromEntries(
    parameterSpecs(config, ranks).map(({ name, shape }, index) => {
      const scale = name.startsWith('sigma.') || name.endsWith('bias') ? 0.3 : 1 / Math.sqrt(shape.at(-1) as number);
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: counterRandom(seed, STREAMS.initialisation, index).normals(count).map((z) => z * scale) }];
    }),
  );
  return { config, ranks, tensors };
}

export async function writeTinyModel(file: string, options: { config?: DiTConfig; ranks?: Ranks | null; ema?: boolean } = {}): Promise<ModelWeights> {
  const config = options.config ?? TINY;
  const weights = randomWeights(config, options.ranks ?? null, 1);
  const ema = options.ema ? randomWeights(config, options.ranks ?? null, 2).tensors : null;
  const classNames = Array.from({ length: config.numClasses }, (_, i) => `class ${i}`);
  await writeModel(file, { weights, ema, diffusion: diffusionSchema.parse({}), classNames, step: 7, loss: 0.125 });
  return weights;
}
