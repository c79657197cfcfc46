import { beforeAll, expect, test } from 'vitest';
import { prepareEagerCpu, TFJS_CPU } from '../eagerCpu';
import { tf } from '../tf';
import { layerNorm } from './layerNorm';

beforeAll(async () => {
  prepareEagerCpu();
  await tf.setBackend(TFJS_CPU);
});

const x = [0.3, -1.2, 2.1, 0.05, 5, 5.5, 4.5, 5.25];
const weights = [0.7, -0.4, 1.3, 0.2, -1.1, 0.9, 0.35, -0.6];

test('every row has mean 0 and variance 1 and equals the formula', () => {
  const y = layerNorm(tf.tensor(x, [2, 4]), 1e-6).dataSync();
  for (const row of [0, 1]) {
    const values = x.slice(row * 4, row * 4 + 4);
    const mean = values.reduce((a, b) => a + b) / 4;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
    values.forEach((value, i) => expect(y[row * 4 + i]).toBeCloseTo((value - mean) / Math.sqrt(variance + 1e-6), 5));
  }
});

test('epsilon counts', () => {
  const y = layerNorm(tf.tensor([1, -1], [1, 2]), 3).dataSync();
  expect(y[0]).toBeCloseTo(0.5, 6);
});

test('the gradient agrees with central differences', () => {
  const f = (t: tf.Tensor): tf.Scalar => tf.sum(tf.mul(layerNorm(tf.reshape(t, [2, 4])), tf.tensor(weights, [2, 4])));
  const gradient = tf.grad(f)(tf.tensor1d(x)).dataSync();
  const h = 1e-2;
  x.forEach((_, i) => {
    const shifted = (d: number): number => f(tf.tensor1d(x.map((v, j) => (j === i ? v + d : v)))).dataSync()[0];
    expect(gradient[i]).toBeCloseTo((shifted(h) - shifted(-h)) / (2 * h), 2);
  });
});

test('leaves no tensors behind', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => void tf.grad((t: tf.Tensor) => tf.sum(layerNorm(t)))(tf.tensor(x, [2, 4])));
  expect(tf.memory().numTensors).toBe(before);
});
