/**
 * A small classifier trained on the very pictures that the models are trained on. Its features say more about content than
 * pixels do, but only relative to this dataset: figures of different datasets cannot be compared.
 */
import { AppError } from '../../../../shared/errors';
import { CLASSIFIER_FEATURES as FEATURES } from '../../../../shared/quality';
import { type CounterRandom, STREAMS, counterRandom } from '../../random';
import { gelu } from '../../tensor/ops/gelu';
import { tf } from '../../tensor/tf';
import type { Backend, ProgramSpec, TensorMap, TensorSpec, Tensors } from '../../tensor/types';
import { type AdamRates, adamScalars, adamwUpdate, groupScalars } from '../../train/adamw';
import type { FeatureMaps } from '../spatialFeatures';
import { halvedSide, halvingConvolution } from './convolution';
import { type FeatureExtractor, type Images, shrink, shrunkSide } from './types';

const WIDTHS = [24, 48, 64] as const;
const BATCH = 64;
const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 0.05;
const [BETA1, BETA2] = [0.9, 0.999];
/** Standard deviation of the noise added to the inputs, so that the features do not hang on single pixels. */
const NOISE = 0.1;

export interface ClassifierOptions {
  backend: Backend;
  classes: number;
  steps?: number;
  seed?: number;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** The trained weights, for `classifierExtractor`. Throws `invalid-input` for fewer than two classes (nothing to tell apart) and `cancelled`. */
export async function trainClassifier(images: Images, labels: ArrayLike<number>, options: ClassifierOptions): Promise<TensorMap> {
  const { backend, classes, steps = 800, seed = 0, onProgress, signal } = options;
  if (classes < 2) throw new AppError('invalid-input', 'Features of a classifier need pictures of at least two classes.', { hint: 'Use the pixel features, or add classes.' });
  const training = shrink(images);
  const { channels, size } = training;
  const weights = initialWeights(channels, size, classes, seed);
  const noise = counterRandom(seed, STREAMS.metrics, 0).normals(BATCH * channels * size * size).map((z) => NOISE * z);
  const program = await backend.compile(trainStep(weights, channels, size, classes));
  try {
    await program.writeState(Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [`weight/${name}`, tensor])));
    for (let step = 0; step < steps; step++) {
      if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.');
      await program.run({ ...drawBatch(training, labels, classes, noise, counterRandom(seed, STREAMS.metrics, step + 1)), ...scalars(step) });
      onProgress?.(step + 1, steps);
    }
    const state = await program.readState(Object.keys(weights).map((name) => `weight/${name}`));
    return Object.fromEntries(Object.keys(weights).map((name) => [name, state[`weight/${name}`]]));
  } finally {
    await program.dispose();
  }
}

/** A trained classifier as an extractor, for pictures like those that it was trained on. */
export async function classifierExtractor(weights: TensorMap, options: { backend: Backend; channels: number; size: number }): Promise<FeatureExtractor> {
  const { backend, channels } = options;
  const size = shrunkSide(options.size);
  const [classes] = weights['classes.bias'].shape;
  const side = WIDTHS.reduce(halvedSide, size);
  const mapChannels = WIDTHS.at(-1) as number;
  const program = await backend.compile({
    name: 'classifier',
    constants: weights,
    state: {},
    inputs: { x: { shape: [BATCH, channels, size, size], dtype: 'float32' } },
    body({ constants, inputs }) {
      const { maps, features, logits } = network(constants, inputs.x);
      return { state: {}, outputs: { maps: tf.transpose(maps, [0, 3, 1, 2]), features, probabilities: tf.softmax(logits) } };
    },
  });
  return {
    name: `classifier-${FEATURES} trained on the same data`,
    dimension: FEATURES,
    async extract(images) {
      const { data, count } = shrink(images);
      const each = channels * size * size;
      const features = { data: new Float32Array(count * FEATURES), count, dimension: FEATURES };
      const probabilities = { data: new Float32Array(count * classes), count, dimension: classes };
      const mapLength = mapChannels * side * side;
      const maps: FeatureMaps = { data: new Float32Array(count * mapLength), count, channels: mapChannels, height: side, width: side };
      for (let start = 0; start < count; start += BATCH) {
        const n = Math.min(BATCH, count - start);
        const x = new Float32Array(BATCH * each);
        x.set(data.subarray(start * each, (start + n) * each));
        const { outputs } = await program.run({ x });
        features.data.set(outputs.features.subarray(0, n * FEATURES), start * FEATURES);
        probabilities.data.set(outputs.probabilities.subarray(0, n * classes), start * classes);
        maps.data.set(outputs.maps.subarray(0, n * mapLength), start * mapLength);
      }
      return { features, maps, probabilities };
    },
    dispose: () => program.dispose(),
  };
}

function network(p: Tensors, x_BCHW: tf.Tensor): { maps: tf.Tensor4D; features: tf.Tensor2D; logits: tf.Tensor2D } {
  let maps = tf.transpose(x_BCHW, [0, 2, 3, 1]) as tf.Tensor4D;
  for (let i = 0; i < WIDTHS.length; i++) maps = gelu(halvingConvolution(maps, p[`conv${i}.weight`] as tf.Tensor2D, p[`conv${i}.bias`] as tf.Tensor1D)) as tf.Tensor4D;
  const flat = tf.reshape(maps, [maps.shape[0], -1]) as tf.Tensor2D;
  const features = gelu(tf.add(tf.matMul(flat, p['features.weight'] as tf.Tensor2D), p['features.bias'])) as tf.Tensor2D;
  return { maps, features, logits: tf.add(tf.matMul(features, p['classes.weight'] as tf.Tensor2D), p['classes.bias']) };
}

/** Weights [in, out] and biases uniform within 1 / sqrt(in). */
function initialWeights(channels: number, size: number, classes: number, seed: number): TensorMap {
  const side = WIDTHS.reduce(halvedSide, size);
  const layers: [name: string, inputs: number, outputs: number][] = [
    ...WIDTHS.map((width, i): [string, number, number] => [`conv${i}`, 9 * (i === 0 ? channels : WIDTHS[i - 1]), width]),
    ['features', WIDTHS[WIDTHS.length - 1] * side * side, FEATURES],
    ['classes', FEATURES, classes],
  ];
  return Object.fromEntries(
    layers.flatMap(([name, inputs, outputs], i) => {
      const draw = (count: number, index: number): Float32Array => counterRandom(seed, STREAMS.initialisation, index).uniforms(count).map((u) => (2 * u - 1) / Math.sqrt(inputs));
      return [
        [`${name}.weight`, { shape: [inputs, outputs], data: draw(inputs * outputs, 2 * i) }],
        [`${name}.bias`, { shape: [outputs], data: draw(outputs, 2 * i + 1) }],
      ];
    }),
  );
}

const RATES = ['beta1', 'rest1', 'beta2', 'rest2', 'inverseRootBias2', 'stepSize', 'decay'] as const;

function scalars(step: number): Record<string, Float32Array> {
  const values = { ...adamScalars(step, BETA1, BETA2), ...groupScalars(step, BETA1, LEARNING_RATE, WEIGHT_DECAY) };
  return Object.fromEntries(RATES.map((name) => [name, Float32Array.of(values[name])]));
}

function trainStep(weights: TensorMap, channels: number, size: number, classes: number): ProgramSpec {
  const names = Object.keys(weights);
  const scalar: TensorSpec = { shape: [], dtype: 'float32' };
  return {
    name: 'classifier-step',
    constants: {},
    state: Object.fromEntries(names.flatMap((name) => ['weight', 'moment1', 'moment2'].map((kind) => [`${kind}/${name}`, { shape: weights[name].shape, dtype: 'float32' as const }]))),
    inputs: { x: { shape: [BATCH, channels, size, size], dtype: 'float32' }, target: { shape: [BATCH, classes], dtype: 'float32' }, ...Object.fromEntries(RATES.map((name) => [name, scalar])) },
    body({ state, inputs }) {
      const crossEntropy = (...values: tf.Tensor[]): tf.Tensor => {
        const { logits } = network(Object.fromEntries(names.map((name, i) => [name, values[i]])), inputs.x);
        // The small number keeps the logarithm finite where a probability underflows.
        return tf.mul(tf.sum(tf.mul(inputs.target, tf.log(tf.add(tf.softmax(logits), 1e-12)))), -1 / BATCH);
      };
      const { value, grads } = tf.valueAndGrads(crossEntropy)(names.map((name) => state[`weight/${name}`]));
      const next: Tensors = {};
      names.forEach((name, i) => {
        const slot = { weight: state[`weight/${name}`], moment1: state[`moment1/${name}`], moment2: state[`moment2/${name}`] };
        const updated = adamwUpdate(slot, grads[i], inputs as unknown as AdamRates, { stepSize: inputs.stepSize, decay: inputs.decay });
        next[`weight/${name}`] = updated.weight;
        next[`moment1/${name}`] = updated.moment1;
        next[`moment2/${name}`] = updated.moment2;
      });
      return { state: next, outputs: { loss: value } };
    },
    guard: 'loss',
  };
}

/** Pictures drawn with replacement, half of them mirrored. The noise is the same every time but for its turn, which costs nothing. */
function drawBatch({ data, count, channels, size }: Images, labels: ArrayLike<number>, classes: number, noise: Float32Array, random: CounterRandom): { x: Float32Array; target: Float32Array } {
  const turn = random.integers(1, noise.length)[0];
  const chosen = random.integers(BATCH, count);
  const flips = random.uniforms(BATCH);
  const each = channels * size * size;
  const x = new Float32Array(BATCH * each);
  x.set(noise.subarray(turn));
  x.set(noise.subarray(0, turn), noise.length - turn);
  const target = new Float32Array(BATCH * classes);
  for (let b = 0; b < BATCH; b++) {
    target[b * classes + labels[chosen[b]]] = 1;
    for (let row = 0; row < channels * size; row++)
      for (let column = 0; column < size; column++) x[b * each + row * size + column] += data[chosen[b] * each + row * size + (flips[b] < 0.5 ? size - 1 - column : column)];
  }
  return { x, target };
}
