/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2, with Adam's moments: Kingma & Ba 2015), as tfjs ops on tensors that the caller
 * owns. The powers of beta are computed from the step's number instead of being multiplied up, so a resumed run continues
 * exactly. All numbers that change between steps are inputs of the graph.
 */
import { tf } from '../tensor/tf';

export const ADAM_EPSILON = 1e-8;

/** Scalars of one update, as tensors. */
export interface AdamRates {
  beta1: tf.Tensor;
  /** 1 - beta1. */
  rest1: tf.Tensor;
  beta2: tf.Tensor;
  rest2: tf.Tensor;
  /** 1 / sqrt(1 - beta2^t). */
  inverseRootBias2: tf.Tensor;
}

export interface GroupRates {
  /** learning rate / (1 - beta1^t). */
  stepSize: tf.Tensor;
  /** 1 - learning rate * weight decay. */
  decay: tf.Tensor;
}

export interface AdamSlot {
  weight: tf.Tensor;
  moment1: tf.Tensor;
  moment2: tf.Tensor;
}

/** The slot after one update with `gradient`. */
export function adamwUpdate(slot: AdamSlot, gradient: tf.Tensor, rates: AdamRates, group: GroupRates): AdamSlot {
  const moment1 = tf.add(tf.mul(slot.moment1, rates.beta1), tf.mul(gradient, rates.rest1));
  const moment2 = tf.add(tf.mul(slot.moment2, rates.beta2), tf.mul(tf.mul(gradient, gradient), rates.rest2));
  const denominator = tf.add(tf.mul(tf.sqrt(moment2), rates.inverseRootBias2), ADAM_EPSILON);
  const weight = tf.sub(tf.mul(slot.weight, group.decay), tf.mul(group.stepSize, tf.div(moment1, denominator)));
  return { weight, moment1, moment2 };
}

/** Values of `AdamRates` for update number `step` (0-based). */
export function adamScalars(step: number, beta1: number, beta2: number): Record<keyof AdamRates, number> {
  return { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, inverseRootBias2: 1 / Math.sqrt(1 - beta2 ** (step + 1)) };
}

/** Values of `GroupRates` for update number `step` (0-based). */
export function groupScalars(step: number, beta1: number, learningRate: number, weightDecay: number): Record<keyof GroupRates, number> {
  return { stepSize: learningRate / (1 - beta1 ** (step + 1)), decay: 1 - learningRate * weightDecay };
}
