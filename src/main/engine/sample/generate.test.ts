import { expect, test } from 'vitest';
import { sampleConfigSchema } from '../../../shared/config';
import { createDiffusion } from '../diffusion/gaussian';
import { samplers } from '../diffusion/samplers';
import { STREAMS, counterRandom } from '../random';
import type { CompiledModel } from './forward';
import { generate } from './generate';

const process = { timesteps: 200, schedule: 'squaredcos_cap_v2', prediction: 'epsilon' } as const;
const model: CompiledModel = {
  config: { inputSize: 2, patchSize: 1, inChannels: 1, hiddenSize: 4, depth: 1, heads: 1, mlpRatio: 4, numClasses: 3, learnSigma: false },
  forward: (x, t, y) => Promise.resolve(x.map((v, i) => 0.5 * v + 0.1 * Math.sin(t[i >> 2]) + 0.05 * y[i >> 2])),
  setWeights: () => Promise.resolve(),
  dispose: () => Promise.resolve(),
};
const sample = sampleConfigSchema.parse({ sampler: 'ddpm', steps: '7', classes: [1, 2], seed: 4, clipDenoised: false });

test.each([undefined, 'fixed-large', 'fixed-small'] as const)('DDPM takes the variance that is asked for (%s)', async (fixedVariance) => {
  const drawn = await generate(model, { diffusion: process, sample: { ...sample, fixedVariance }, batch: 2 });
  const noise = (position: number): Float32Array => Float32Array.from([0, 1].flatMap((i) => Array.from(counterRandom(4 + i, STREAMS.sampling, position).normals(4))));
  const alone = await samplers.ddpm({
    diffusion: createDiffusion(process, { learnSigma: false, respacing: '7', fixedVariance: fixedVariance ?? 'fixed-large' }),
    x: noise(0), batch: 2, clip: false, eta: 0, noise: (position) => noise(position + 1),
    denoise: (x, t) => model.forward(x, Int32Array.of(t, t), Int32Array.of(1, 2)),
  });
  expect(drawn).toEqual(alone);
  const other = await generate(model, { diffusion: process, sample: { ...sample, fixedVariance: fixedVariance === 'fixed-small' ? 'fixed-large' : 'fixed-small' }, batch: 2 });
  expect(other).not.toEqual(drawn);
});

test('what is drawn does not depend on the batch', async () => {
  const [one, two] = [await generate(model, { diffusion: process, sample, batch: 1 }), await generate(model, { diffusion: process, sample, batch: 2 })];
  expect(one).toEqual(two);
});
