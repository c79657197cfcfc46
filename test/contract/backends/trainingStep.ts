/** A small network with everything in it that a diffusion transformer trains, and its AdamW step, as one program. */
import { gelu } from '../../../src/main/engine/tensor/ops/gelu';
import { layerNorm } from '../../../src/main/engine/tensor/ops/layerNorm';
import { tf } from '../../../src/main/engine/tensor/tf';
import type { ProgramSpec, TensorMap, Tensors, TypedArray } from '../../../src/main/engine/tensor/types';

export const BATCH = 4;
const TOKENS = 6;
const WIDTH = 8;
const HEADS = 2;
const CLASSES = 5;

/** A small generator with a fixed sequence (Marsaglia's xorshift), uniform in -1..1. */
export function numbers(seed: number): () => number {
  let x = seed * 2654435761 + 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 31 - 1;
  };
}

export function random(seed: number, length: number, scale = 1): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length }, () => next() * scale);
}

const PARAMETERS: Record<string, number[]> = {
  table: [CLASSES, WIDTH],
  timeWeight: [WIDTH, WIDTH],
  modulation: [WIDTH, 3 * WIDTH],
  qkv: [WIDTH, 3 * WIDTH],
  qkvBias: [3 * WIDTH],
  projection: [WIDTH, WIDTH],
  up: [WIDTH, 4 * WIDTH],
  upBias: [4 * WIDTH],
  down: [4 * WIDTH, WIDTH],
  sigma: [3],
};
const size = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);

export function initialState(seed = 7): TensorMap {
  const state: TensorMap = {};
  Object.entries(PARAMETERS).forEach(([name, shape], i) => {
    state[`p.${name}`] = { shape, data: random(seed + i, size(shape), 0.5) };
    state[`ema.${name}`] = { shape, data: state[`p.${name}`].data.slice() };
  });
  return state;
}

export function zeroState(): TensorMap {
  return Object.fromEntries(Object.entries(TRAINING_STEP.state).map(([name, { shape }]) => [name, { shape, data: new Float32Array(size(shape)) }]));
}

export function inputsOfStep(step: number): Record<string, TypedArray> {
  const beta1 = 0.9;
  const beta2 = 0.999;
  return {
    x: random(100 + step, BATCH * TOKENS * WIDTH),
    target: random(200 + step, BATCH * TOKENS * WIDTH),
    t: Int32Array.from({ length: BATCH }, (_, i) => (step * 37 + i * 211) % 1000),
    y: Int32Array.from({ length: BATCH }, (_, i) => (step + i * 2) % CLASSES),
    stepSize: Float32Array.of(0.01 / (1 - beta1 ** step)),
    secondCorrection: Float32Array.of(1 / Math.sqrt(1 - beta2 ** step)),
  };
}

function forward(p: Tensors, constants: Tensors, inputs: Tensors): tf.Tensor {
  const angle = tf.mul(tf.reshape(tf.cast(inputs.t, 'float32'), [BATCH, 1]), constants.frequencies);
  const time = tf.matMul(tf.concat([tf.cos(angle), tf.sin(angle)], 1), p.timeWeight);
  const condition = tf.add(tf.mul(time, tf.sigmoid(time)), tf.gather(p.table, inputs.y));
  const [shift, scale, gate] = tf.split(tf.reshape(tf.matMul(condition, p.modulation), [BATCH, 1, 3 * WIDTH]), 3, 2);
  let x = tf.add(inputs.x, constants.positions);
  const h = tf.add(tf.mul(layerNorm(x), tf.add(scale, 1)), shift);
  const qkv = tf.add(tf.matMul(tf.reshape(h, [BATCH * TOKENS, WIDTH]), p.qkv), p.qkvBias);
  const [q, k, v] = tf.unstack(tf.transpose(tf.reshape(qkv, [BATCH, TOKENS, 3, HEADS, WIDTH / HEADS]), [2, 0, 3, 1, 4]));
  const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(WIDTH / HEADS)));
  const attended = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [BATCH * TOKENS, WIDTH]);
  // A factorised layer as FINE writes it: ((x U) * sigma) V^T with U and V frozen.
  const factored = tf.matMul(tf.mul(tf.matMul(attended, constants.u), p.sigma), constants.v, false, true);
  const projected = tf.reshape(tf.add(tf.matMul(attended, p.projection), factored), [BATCH, TOKENS, WIDTH]);
  x = tf.add(x, tf.mul(projected, gate));
  const hidden = gelu(tf.add(tf.matMul(tf.reshape(layerNorm(x), [BATCH * TOKENS, WIDTH]), p.up), p.upBias));
  return tf.add(x, tf.reshape(tf.matMul(hidden, p.down), [BATCH, TOKENS, WIDTH]));
}

const names = Object.keys(PARAMETERS);
const part = (state: Tensors, prefix: string): Tensors => Object.fromEntries(names.map((name) => [name, state[`${prefix}.${name}`]]));

export const TRAINING_STEP: ProgramSpec = {
  name: 'small-train-step',
  guard: 'loss',
  constants: {
    frequencies: { shape: [1, WIDTH / 2], data: Float32Array.from({ length: WIDTH / 2 }, (_, i) => Math.exp((-Math.log(10000) * i) / (WIDTH / 2))) },
    positions: { shape: [1, TOKENS, WIDTH], data: random(5, TOKENS * WIDTH) },
    u: { shape: [WIDTH, 3], data: random(8, WIDTH * 3) },
    v: { shape: [WIDTH, 3], data: random(9, WIDTH * 3) },
  },
  state: Object.fromEntries(['p', 'm', 'v', 'ema'].flatMap((kind) => names.map((name) => [`${kind}.${name}`, { shape: PARAMETERS[name], dtype: 'float32' as const }]))),
  inputs: {
    x: { shape: [BATCH, TOKENS, WIDTH], dtype: 'float32' },
    target: { shape: [BATCH, TOKENS, WIDTH], dtype: 'float32' },
    t: { shape: [BATCH], dtype: 'int32' },
    y: { shape: [BATCH], dtype: 'int32' },
    stepSize: { shape: [], dtype: 'float32' },
    secondCorrection: { shape: [], dtype: 'float32' },
  },
  body({ constants, state, inputs }) {
    const p = part(state, 'p');
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const prediction = forward(Object.fromEntries(names.map((name, i) => [name, values[i]])), constants, inputs);
      return tf.mean(tf.square(tf.sub(prediction, inputs.target)));
    };
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => p[name]));
    const norm = tf.sqrt(tf.addN(grads.map((gradient) => tf.sum(tf.square(gradient)))));
    const clip = tf.minimum(tf.div(1, tf.add(norm, 1e-6)), 1);
    const next: Tensors = {};
    names.forEach((name, i) => {
      const gradient = tf.mul(grads[i], clip);
      const m = tf.add(tf.mul(state[`m.${name}`], 0.9), tf.mul(gradient, 0.1));
      const v = tf.add(tf.mul(state[`v.${name}`], 0.999), tf.mul(tf.square(gradient), 0.001));
      // Epsilon far above 1e-8: the key bias has a gradient of exactly zero (softmax ignores it) up to rounding, and Adam
      // would blow that rounding up to full steps.
      const update = tf.div(m, tf.add(tf.mul(tf.sqrt(v), inputs.secondCorrection), 1e-5));
      const weight = tf.sub(tf.mul(p[name], 1 - 0.01 * 0.01), tf.mul(update, inputs.stepSize));
      next[`p.${name}`] = weight;
      next[`m.${name}`] = m;
      next[`v.${name}`] = v;
      next[`ema.${name}`] = tf.add(tf.mul(state[`ema.${name}`], 0.9), tf.mul(weight, 0.1));
    });
    return { state: next, outputs: { loss: value, norm } };
  },
};
