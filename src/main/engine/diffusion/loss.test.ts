import { beforeAll, describe, expect, test } from 'vitest';
import { counterRandom, STREAMS } from '../random';
import { prepareEagerCpu, TFJS_CPU } from '../tensor/eagerCpu';
import { tf } from '../tensor/tf';
import { createDiffusion } from './gaussian';
import { diffusionLoss, lossWeights, noisyImage, type LossKind } from './loss';

beforeAll(async () => {
  prepareEagerCpu();
  await tf.setBackend(TFJS_CPU);
});

const SHAPE: [number, number, number, number] = [2, 1, 2, 2];
const COUNT = 8;
const draw = (step: number): Float32Array => counterRandom(3, STREAMS.noise, step).normals(COUNT);
const learned = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: true });
/** Images well inside the open ends, one sample at step 0 and one later. */
const xStart = draw(0).map((v) => 0.3 * Math.tanh(v));
const index = Int32Array.of(0, 400);

/** Mean loss as a function of the model's output, given as [B, C, H, W] prediction then [B, C, H, W] variance. */
function objective(kind: LossKind, diffusion = learned): (output: tf.Tensor) => tf.Scalar {
  return (output) => {
    const [x0, noise, at] = [tf.tensor(xStart, SHAPE), tf.tensor(draw(1), SHAPE), tf.tensor1d(index, 'int32')];
    const [prediction, variance] = tf.split(tf.reshape(output, [2 * COUNT]), 2);
    const joined = tf.concat([tf.reshape(prediction, SHAPE), tf.reshape(variance, SHAPE)], 1);
    return tf.mean(diffusionLoss(diffusion, { output: joined, xStart: x0, xNoisy: noisyImage(diffusion, x0, at, noise), noise, index: at }, kind).loss);
  };
}
/** The prediction near the noise, so that the likelihood at step 0 is not at its floor, where it has no gradient. */
const output = Float32Array.from([...draw(1).map((v, i) => v + 0.1 * draw(2)[i]), ...draw(3).map((v) => 0.3 * v)]);
const gradientOf = (kind: LossKind): Float32Array => tf.grad(objective(kind))(tf.tensor1d(output)).dataSync() as Float32Array;

function differences(f: (output: tf.Tensor) => tf.Scalar): number[] {
  const step = 2e-3;
  const at = (i: number, by: number): number => f(tf.tensor1d(output.map((v, j) => (j === i ? v + by : v)))).dataSync()[0];
  return Array.from(output, (_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

describe('gradients', () => {
  test('of the bound agree with central differences, for mean and variance', () => {
    const gradient = gradientOf('kl');
    const scale = Math.max(...gradient.map(Math.abs));
    differences(objective('kl')).forEach((value, i) => expect(Math.abs(gradient[i] - value) / scale).toBeLessThan(1e-2));
  });

  test('the prediction learns from the mean squared error alone, the variance from the bound alone', () => {
    const both = gradientOf('mse');
    const bound = gradientOf('kl');
    const noise = draw(1);
    for (let i = 0; i < COUNT; i++) {
      expect(both[i]).toBeCloseTo((2 * (output[i] - noise[i])) / COUNT, 5);
      expect(both[COUNT + i]).toBeCloseTo(bound[COUNT + i] / 1000, 5);
    }
  });
});

test('the rescaled bound weighs the same however many steps there are', () => {
  const short = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: true, respacing: '500' });
  const value = (kind: LossKind): number => objective(kind, short)(tf.tensor1d(output)).dataSync()[0];
  const mse = output.slice(0, COUNT).reduce((sum, v, i) => sum + (v - draw(1)[i]) ** 2, 0) / COUNT;
  expect((value('rescaled-mse') - mse) / (value('mse') - mse)).toBeCloseTo(0.5, 3);
});

test('the likelihood at step 0 keeps its digits on both sides of the grey value, and at the open ends', () => {
  const diffusion = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'x0' }, { learnSigma: true });
  const deviation = Math.sqrt(diffusion.schedule.betas[0]);
  const cdf = (x: number): number => 1 / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  const bits = (value: number, mean: number): number => {
    const [below, upTo] = [-1, 1].map((side) => cdf((value - mean + side / 255) / deviation));
    const probability = value < -0.999 ? upTo : value > 0.999 ? 1 - below : upTo - below;
    return -Math.log2(Math.max(probability, 1e-12));
  };
  for (const value of [-1, Math.fround(51 / 255), 1])
    for (const off of [-5, -3, -1, 0, 1, 3, 5]) {
      // At step 0 the mean is the predicted picture itself; a variance channel of 1 is beta.
      const mean = Math.fround(value + off * deviation);
      const image = (v: number): tf.Tensor => tf.tensor4d([v], [1, 1, 1, 1]);
      const inputs = { output: tf.concat([image(mean), image(1)], 1), xStart: image(value), xNoisy: image(0), noise: image(0), index: tf.tensor1d([0], 'int32') };
      const { vb } = diffusionLoss(diffusion, inputs, 'kl');
      const expected = bits(value, mean);
      expect(Math.abs(vb!.dataSync()[0] - expected)).toBeLessThan(1e-4 * Math.max(1, expected));
    }
});

test('the bound needs a learned variance', () => {
  const fixed = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false });
  expect(() => objective('kl', fixed)(tf.tensor1d(output))).toThrow('learned variance');
});

describe('weights of the timesteps', () => {
  const noise = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'epsilon' }, { learnSigma: false });
  const image = createDiffusion({ timesteps: 1000, schedule: 'linear', prediction: 'x0' }, { learnSigma: false });
  const snr = noise.schedule.alphasCumprod.map((alpha) => alpha / (1 - alpha));

  test('min-snr leaves the noisy steps alone and caps what the clean ones count for in x_0', () => {
    const weights = lossWeights(noise, 'min-snr');
    expect(weights[900]).toBe(1);
    expect(weights[20] * snr[20]).toBeCloseTo(5, 10);
    expect(lossWeights(image, 'min-snr')[900]).toBeCloseTo(snr[900], 12);
  });

  test('unit-variance is the error of v', () => {
    // Off by 1 in the noise is off by -sqrt((1 - abar) / abar) in x_0, and v = sqrt(abar) noise - sqrt(1 - abar) x_0.
    const alpha = noise.schedule.alphasCumprod[300];
    const offInV = Math.sqrt(alpha) + Math.sqrt(1 - alpha) * Math.sqrt((1 - alpha) / alpha);
    expect(lossWeights(noise, 'unit-variance')[300]).toBeCloseTo(offInV ** 2, 10);
  });

  test('uniform is 1 everywhere, whatever is predicted', () => {
    for (const diffusion of [noise, image]) expect(new Set(lossWeights(diffusion, 'uniform'))).toEqual(new Set([1]));
  });
});
