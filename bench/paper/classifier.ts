/**
 * A small convolutional classifier of the pictures, whose last hidden layer gives the features of a Frechet distance: three 4x4
 * convolutions of stride 2 (24, 48, 64 channels), 64 features, one logit per class, GELU throughout. Trained for a few hundred
 * steps of AdamW with mirrored and slightly noisy pictures.
 */
import type { OpenDataset } from '../../src/main/engine/data/open';
import { toModelRange } from '../../src/main/engine/data/range';
import { STREAMS, counterRandom } from '../../src/main/engine/random';
import { gelu } from '../../src/main/engine/tensor/ops/gelu';
import { tf } from '../../src/main/engine/tensor/tf';
import type { Backend, TensorMap, Tensors } from '../../src/main/engine/tensor/types';
import { type AdamRates, adamScalars, adamwUpdate, groupScalars } from '../../src/main/engine/train/adamw';

export const FEATURES = 64;
const CHANNELS = [24, 48, 64];
const BATCH = 64;
const NOISE = 0.1;
const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 0.05;
/** Apart from the streams of training runs, whose seeds are small. */
const SEED = 900_001;

interface Shape {
  size: number;
  channels: number;
  classes: number;
}

/** A 4x4 convolution of stride 2 and padding 1 as one product: 2x2 cells become channels, each output sees 2x2 cells. */
function convolve(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [batch, height, , channels] = x.shape as number[];
  const cells = height / 2 + 1;
  const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]);
  const folded = tf.reshape(tf.transpose(tf.reshape(padded, [batch, cells, 2, cells, 2, channels]), [0, 1, 3, 2, 4, 5]), [batch, cells, cells, 4 * channels]);
  const corner = (row: number, column: number) => tf.slice(folded, [0, row, column, 0], [batch, cells - 1, cells - 1, 4 * channels]);
  const seen = tf.concat([corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)], 3);
  const out = tf.add(tf.matMul(tf.reshape(seen, [-1, 16 * channels]), weight), bias);
  return tf.reshape(gelu(out), [batch, height / 2, height / 2, weight.shape[1] as number]);
}

/** Features [B, 64] of pictures [B, C, H, W]. */
function featuresOf(p: Tensors, x: tf.Tensor): tf.Tensor {
  let h = tf.transpose(x, [0, 2, 3, 1]);
  CHANNELS.forEach((_, i) => (h = convolve(h, p[`conv${i}.weight`], p[`conv${i}.bias`])));
  const [batch, ...rest] = h.shape as number[];
  return gelu(tf.add(tf.matMul(tf.reshape(h, [batch, rest.reduce((a, b) => a * b, 1)]), p['features.weight']), p['features.bias']));
}

function start({ size, channels, classes }: Shape): TensorMap {
  const tensors: TensorMap = {};
  const layer = (name: string, inputs: number, outputs: number): void => {
    const draw = counterRandom(SEED, STREAMS.initialisation, Object.keys(tensors).length).normals(inputs * outputs);
    tensors[`${name}.weight`] = { shape: [inputs, outputs], data: draw.map((z) => z * Math.sqrt(2 / (inputs + outputs))) };
    tensors[`${name}.bias`] = { shape: [outputs], data: new Float32Array(outputs) };
  };
  CHANNELS.forEach((out, i) => layer(`conv${i}`, 16 * (i === 0 ? channels : CHANNELS[i - 1]), out));
  layer('features', (size / 8) ** 2 * CHANNELS[2], FEATURES);
  layer('logits', FEATURES, classes);
  return tensors;
}

export async function trainClassifier(data: OpenDataset, steps: number, backend: Backend): Promise<TensorMap> {
  const shape: Shape = { size: data.size, channels: data.channels, classes: data.classes };
  const weights = start(shape);
  const names = Object.keys(weights);
  const state = Object.fromEntries(names.flatMap((name) => ['w/', 'm/', 'v/'].map((prefix) => [prefix + name, { shape: weights[name].shape, dtype: 'float32' as const }])));
  const scalars = ['beta1', 'rest1', 'beta2', 'rest2', 'inverseRootBias2', 'stepSize', 'decay'];
  const program = await backend.compile({
    name: 'classifier-step',
    constants: {},
    state,
    inputs: { x: { shape: [BATCH, shape.channels, shape.size, shape.size], dtype: 'float32' }, target: { shape: [BATCH, shape.classes], dtype: 'float32' }, ...Object.fromEntries(scalars.map((name) => [name, { shape: [], dtype: 'float32' as const }])) },
    body({ state: now, inputs }) {
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const p = Object.fromEntries(names.map((name, i) => [name, values[i]]));
        const logits = tf.add(tf.matMul(featuresOf(p, inputs.x), p['logits.weight']), p['logits.bias']);
        const right = tf.sum(tf.mul(tf.softmax(logits), inputs.target), 1);
        return tf.neg(tf.mean(tf.log(tf.add(right, 1e-6)))) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => now[`w/${name}`]));
      const next: Tensors = {};
      names.forEach((name, i) => {
        const updated = adamwUpdate({ weight: now[`w/${name}`], moment1: now[`m/${name}`], moment2: now[`v/${name}`] }, grads[i], inputs as unknown as AdamRates, { stepSize: inputs.stepSize, decay: inputs.decay });
        next[`w/${name}`] = updated.weight;
        next[`m/${name}`] = updated.moment1;
        next[`v/${name}`] = updated.moment2;
      });
      return { state: next, outputs: { loss: value } };
    },
  });
  try {
    await program.writeState(Object.fromEntries(names.map((name) => [`w/${name}`, weights[name]])));
    for (let step = 0; step < steps; step++) {
      const indices = counterRandom(SEED, STREAMS.dataOrder, step).integers(BATCH, data.count);
      const flips = counterRandom(SEED, STREAMS.flip, step).uniforms(BATCH).map((u) => (u < 0.5 ? 1 : 0));
      const x = toModelRange(data.images, indices, data, flips);
      const noise = counterRandom(SEED, STREAMS.noise, step).normals(x.length);
      x.forEach((value, i) => (x[i] = value + NOISE * noise[i]));
      const target = new Float32Array(BATCH * shape.classes);
      indices.forEach((index, i) => (target[i * shape.classes + data.labels[index]] = 1));
      const rates = { ...adamScalars(step, 0.9, 0.999), ...groupScalars(step, 0.9, LEARNING_RATE, WEIGHT_DECAY) };
      await program.run({ x, target, ...Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, Float32Array.of(value)])) });
    }
    const trained = await program.readState(names.map((name) => `w/${name}`));
    return Object.fromEntries(names.map((name) => [name, trained[`w/${name}`]]));
  } finally {
    await program.dispose();
  }
}

/** Features [N, 64] and most likely class of every picture of `images` [N, C, H, W] in [-1, 1]. */
export async function classify(weights: TensorMap, images: Float32Array, shape: Omit<Shape, 'classes'>, backend: Backend): Promise<{ features: Float32Array; classes: Int32Array }> {
  const each = shape.channels * shape.size ** 2;
  const count = images.length / each;
  const classes = weights['logits.bias'].data.length;
  const program = await backend.compile({
    name: 'classifier',
    constants: weights,
    state: {},
    inputs: { x: { shape: [BATCH, shape.channels, shape.size, shape.size], dtype: 'float32' } },
    body({ constants, inputs }) {
      const features = featuresOf(constants, inputs.x);
      return { state: {}, outputs: { features, logits: tf.add(tf.matMul(features, constants['logits.weight']), constants['logits.bias']) } };
    },
  });
  try {
    const features = new Float32Array(count * FEATURES);
    const found = new Int32Array(count);
    for (let first = 0; first < count; first += BATCH) {
      const n = Math.min(BATCH, count - first);
      const x = new Float32Array(BATCH * each);
      x.set(images.subarray(first * each, (first + n) * each));
      const { outputs } = await program.run({ x });
      features.set(outputs.features.subarray(0, n * FEATURES), first * FEATURES);
      for (let i = 0; i < n; i++) {
        const row = outputs.logits.subarray(i * classes, (i + 1) * classes);
        found[first + i] = row.indexOf(Math.max(...row));
      }
    }
    return { features, classes: found };
  } finally {
    await program.dispose();
  }
}
