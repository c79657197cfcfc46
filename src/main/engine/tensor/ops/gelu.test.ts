import { beforeAll, expect, test } from 'vitest';
import { prepareEagerCpu, TFJS_CPU } from '../eagerCpu';
import { tf } from '../tf';
import { gelu } from './gelu';

beforeAll(async () => {
  prepareEagerCpu();
  await tf.setBackend(TFJS_CPU);
});

const reference = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const points = [-6, -2.5, -1, -0.3, 0, 1e-8, 0.4, 1, 2.2, 7];

test('equals the tanh form', () => {
  const y = gelu(tf.tensor1d(points)).dataSync();
  points.forEach((x, i) => expect(y[i]).toBeCloseTo(reference(x), 5));
});

test('the gradient agrees with central differences, at zero too', () => {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(gelu(x)))(tf.tensor1d(points)).dataSync();
  points.forEach((x, i) => expect(gradient[i]).toBeCloseTo((reference(x + 1e-5) - reference(x - 1e-5)) / 2e-5, 4));
});

test('leaves no tensors behind', () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => void tf.grad((x: tf.Tensor) => tf.sum(gelu(x)))(tf.tensor1d(points)));
  expect(tf.memory().numTensors).toBe(before);
});
