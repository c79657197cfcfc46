/** What the layers of a model are given: second moments of the channels that each of them reads, measured on pictures. */
import { Matrix } from 'ml-matrix';
import { type DiffusionConfig, WEIGHT_TYPES } from '../../../../shared/config';
import { createDiffusion } from '../../diffusion/gaussian';
import { noisyImage } from '../../diffusion/loss';
import { ditForward } from '../../model/dit';
import { leftFactorName, rightFactorName, sigmaName } from '../../model/parameters';
import type { ModelWeights } from '../../model/types';
import { tf } from '../../tensor/tf';
import type { Backend, Tensors } from '../../tensor/types';
import type { Batch } from '../../train/batches';
import type { ChannelMaps } from './resize';

/** E[x x^T] [n, n] of what is read by each weight, by the output layer, and by the second layer of the timestep's MLP. */
export type Moments = Record<keyof ChannelMaps['read'], Matrix>;

/** Runs the factorised model once on every batch. Moments are means over pictures, tokens and blocks. The factors must all be there, sigma too. */
export async function measureMoments(weights: ModelWeights, batches: readonly Batch[], options: { diffusion: DiffusionConfig; backend: Backend; threads?: number }): Promise<Moments> {
  const { config, ranks, tensors } = weights;
  const size = batches[0].t.length;
  const image = { shape: [size, config.inChannels, config.inputSize, config.inputSize], dtype: 'float32' as const };
  const perSample = { shape: [size], dtype: 'int32' as const };
  const diffusion = createDiffusion(options.diffusion, { learnSigma: config.learnSigma });
  const program = await options.backend.compile({
    name: 'moments',
    constants: tensors,
    state: {},
    inputs: { x0: image, noise: image, t: perSample, y: perSample },
    body: ({ constants: params, inputs: { x0, noise, t, y } }) => {
      const sums: Tensors = {};
      const add = (name: string, x_NI: tf.Tensor, share: number): void => {
        const moment = tf.mul(tf.matMul(x_NI as tf.Tensor2D, x_NI as tf.Tensor2D, true, false), share / x_NI.shape[0]);
        sums[name] = sums[name] ? tf.add(sums[name], moment) : moment;
      };
      ditForward(config, params, { x: noisyImage(diffusion, x0, t, noise), t, y }, {
        ranks,
        product(type, block, x_NI) {
          add(type, x_NI, 1 / config.depth);
          const h_NR = tf.mul(tf.matMul(x_NI as tf.Tensor2D, params[rightFactorName(type)] as tf.Tensor2D), params[sigmaName(type, block)]);
          return tf.matMul(h_NR as tf.Tensor2D, params[leftFactorName(type)] as tf.Tensor2D, false, true);
        },
        observe(name, value) {
          if (name === 'final.in') add('output', value, 1);
          if (name === 'timestep.hidden') add('timestep', value, 1);
        },
      });
      return { state: {}, outputs: sums };
    },
  }, { threads: options.threads });
  try {
    const names = [...WEIGHT_TYPES, 'output', 'timestep'] as const;
    const moments = {} as Moments;
    for (const batch of batches) {
      const { outputs } = await program.run(batch);
      for (const name of names) {
        const n = Math.sqrt(outputs[name].length);
        const moment = Matrix.from1DArray(n, n, Array.from(outputs[name])).div(batches.length);
        moments[name] = moments[name] ? moments[name].add(moment) : moment;
      }
    }
    return moments;
  } finally {
    await program.dispose();
  }
}
