/**
 * One training step as a program: noising, forward, loss, gradients, clipping, AdamW and EMA in a single graph, so that a backend
 * runs a step without anything coming back to JavaScript but a few numbers.
 *
 * Gradient accumulation runs the same program once per micro-batch. The gradients gather in `gradient/` state; for all but
 * the last micro-batch the rates are neutral (learning rate 0, decay and betas 1), which leaves weights, moments and average as
 * they are, bit for bit. A second program could not share the state.
 */
import type { DiffusionConfig, TrainConfig } from '../../../shared/config';
import { WEIGHT_TYPES } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { createDiffusion, type Diffusion } from '../diffusion/gaussian';
import { diffusionLoss, lossWeights, noisyImage, tableAt } from '../diffusion/loss';
import { type Evaluation, ditForward } from '../model/dit';
import type { ModelWeights } from '../model/types';
import { tf } from '../tensor/tf';
import type { ProgramSpec, TensorMap, TensorSpec, Tensors } from '../tensor/types';
import { type AdamRates, adamwUpdate } from './adamw';
import { emaUpdate } from './ema';
import { clipFactor, globalNorm } from './gradientNorm';
import { meanOverParts, microBatches } from './microBatches';
import type { BlockProduct } from './options';

/** Prefixes of the state's names. */
export const WEIGHTS = 'weights/';
export const AVERAGE = 'ema/';
export const MOMENT1 = 'moment1/';
export const MOMENT2 = 'moment2/';
const GRADIENT = 'gradient/';
/** Of the constants that a teacher brings. */
const TEACHER = 'teacher/';

export interface TrainStepOptions {
  weights: ModelWeights;
  /** Group of each tensor, null for a frozen one. */
  groupOf: (name: string) => string | null;
  toModel?: (parameters: Tensors) => Tensors;
  product?: BlockProduct;
  evaluation?: Evaluation;
  teacher?: ModelWeights;
  /** Of the backend (see `Backend`). */
  cachedBytes?: number;
  diffusion: DiffusionConfig;
  train: Pick<TrainConfig, 'batchSize' | 'accumulate' | 'emaDecay' | 'gradientClip'> & Partial<Pick<TrainConfig, 'lossWeighting'>>;
}

export interface TrainStep {
  spec: ProgramSpec;
  /** Trained tensors with their group, in a fixed order. */
  trained: { name: string; group: string }[];
  groups: string[];
  hasAverage: boolean;
}

/**
 * Inputs: `x0`, `noise` f32 [B, C, H, W]; `t`, `y` int32 [B]; scalars `beta1`, `rest1`, `beta2`, `rest2`, `inverseRootBias2`,
 * `stepSize.GROUP`, `decay.GROUP`, with an average `emaDecay`, `emaRest`, and with accumulation `keepGradient` (0 on the last
 * micro-batch, else 1). Outputs, all scalars: `loss` (mean over the batch, before the update), `gradNorm` (before clipping; of
 * the sum so far), `guard`, with learned variance `mse` and `vb`, and `sigma.TYPE` (root mean square of the sigma that the step began with) where sigma is trained.
 */
export function buildTrainStep(options: TrainStepOptions): TrainStep {
  const { weights, train } = options;
  const { config } = weights;
  const trained = Object.keys(weights.tensors).flatMap((name) => {
    const group = options.groupOf(name);
    return group === null ? [] : [{ name, group }];
  });
  if (trained.length === 0) throw new AppError('invalid-input', 'Nothing is left to train: every tensor is frozen.');
  const groups = [...new Set(trained.map(({ group }) => group))];
  const isTrained = new Set(trained.map(({ name }) => name));
  const hasAverage = train.emaDecay > 0;
  const accumulates = train.accumulate > 1;

  const constants: TensorMap = {};
  const state: Record<string, TensorSpec> = {};
  for (const [name, tensor] of Object.entries(weights.tensors)) {
    if (!isTrained.has(name)) {
      constants[name] = tensor;
      continue;
    }
    const prefixes = [WEIGHTS, MOMENT1, MOMENT2, ...(hasAverage ? [AVERAGE] : []), ...(accumulates ? [GRADIENT] : [])];
    for (const prefix of prefixes) state[prefix + name] = { shape: tensor.shape, dtype: 'float32' };
  }

  for (const [name, tensor] of Object.entries(options.teacher?.tensors ?? {})) constants[TEACHER + name] = tensor;

  const image: TensorSpec = { shape: [train.batchSize, config.inChannels, config.inputSize, config.inputSize], dtype: 'float32' };
  const perSample: TensorSpec = { shape: [train.batchSize], dtype: 'int32' };
  const inputs: Record<string, TensorSpec> = { x0: image, noise: image, t: perSample, y: perSample };
  const scalars = ['beta1', 'rest1', 'beta2', 'rest2', 'inverseRootBias2', ...groups.flatMap((group) => [`stepSize.${group}`, `decay.${group}`])];
  if (hasAverage) scalars.push('emaDecay', 'emaRest');
  if (accumulates) scalars.push('keepGradient');
  for (const name of scalars) inputs[name] = { shape: [], dtype: 'float32' };

  const diffusion = createDiffusion(options.diffusion, { learnSigma: config.learnSigma });
  const learned = config.learnSigma;
  const frozenFactors = !isTrained.has('U.qkv');
  const lossesOf = meanLosses(options, diffusion, frozenFactors);
  // With weights to train, the sums of their gradients over the parts cost more than the cache saves.
  const parts = weights.ranks && frozenFactors ? microBatches(config, train.batchSize, options.cachedBytes) : 1;
  const targetOf = teacherTarget(options, diffusion);

  const body: ProgramSpec['body'] = ({ constants: frozen, state: now, inputs: given }) => {
    // Outside of what is differentiated: the teacher only gives numbers.
    const target = targetOf?.(frozen, given) ?? given.noise;
    const names = trained.map(({ name }) => name);
    const objective = (...values: tf.Tensor[]): tf.Tensor => {
      const parameters = { ...frozen };
      names.forEach((name, i) => (parameters[name] = values[i]));
      const { x0, noise, t, y } = given;
      return meanOverParts(parts, { x0, noise, t, y, target }, (part) => lossesOf(parameters, part));
    };
    // [loss, mse, vb] or [loss], differentiated with respect to its first element.
    const direction = tf.tensor1d(learned ? [1, 0, 0] : [1]);
    const { value, grads } = tf.valueAndGrads(objective)(names.map((name) => now[WEIGHTS + name]), direction);
    const [loss, mse, vb] = learned ? tf.unstack(value) : [tf.reshape(value, [])];
    const terms: Tensors = learned ? { mse, vb } : {};

    const next: Tensors = {};
    const gradients = grads.map((gradient, i) => {
      if (!accumulates) return gradient;
      const sum = tf.add(now[GRADIENT + names[i]], tf.mul(gradient, 1 / train.accumulate));
      next[GRADIENT + names[i]] = tf.mul(sum, given.keepGradient);
      return sum;
    });
    const gradNorm = globalNorm(gradients);
    const clip = train.gradientClip > 0 ? clipFactor(gradNorm, train.gradientClip) : null;

    trained.forEach(({ name, group }, i) => {
      const slot = { weight: now[WEIGHTS + name], moment1: now[MOMENT1 + name], moment2: now[MOMENT2 + name] };
      const rates = { stepSize: given[`stepSize.${group}`], decay: given[`decay.${group}`] };
      const updated = adamwUpdate(slot, clip ? tf.mul(gradients[i], clip) : gradients[i], given as unknown as AdamRates, rates);
      next[WEIGHTS + name] = updated.weight;
      next[MOMENT1 + name] = updated.moment1;
      next[MOMENT2 + name] = updated.moment2;
      if (hasAverage) next[AVERAGE + name] = emaUpdate(now[AVERAGE + name], updated.weight, { decay: given.emaDecay, rest: given.emaRest });
    });
    return { state: next, outputs: { loss, gradNorm, guard: tf.add(loss, gradNorm), ...terms, ...sigmaSizes(names, now) } };
  };
  return { spec: { name: 'train-step', constants, state, inputs, body, guard: 'guard' }, trained, groups, hasAverage };
}

/** Means over the batch: [loss], or with learned variance [loss, mse, vb], as a vector. */
function meanLosses({ weights, toModel, product, evaluation, train }: TrainStepOptions, diffusion: Diffusion, frozenFactors: boolean): (parameters: Tensors, given: Tensors) => tf.Tensor {
  const weighting = train.lossWeighting ?? 'uniform';
  const table = weighting === 'uniform' ? null : lossWeights(diffusion, weighting);
  return (parameters, { x0, noise, target, t, y }) => {
    const xNoisy = noisyImage(diffusion, x0, t, noise);
    const model = toModel ? toModel(parameters) : parameters;
    const output = ditForward(weights.config, model, { x: xNoisy, t, y }, {
      ranks: weights.ranks,
      evaluation,
      frozenFactors,
      expectedBatch: train.batchSize,
      product: product && ((type, block, x) => product(parameters, y, type, block, x)),
    });
    const { loss, mse, vb } = diffusionLoss(diffusion, { output, xStart: x0, xNoisy, noise: target, index: t });
    const weighted = (errors: tf.Tensor): tf.Tensor => (table ? tf.mul(errors, tf.reshape(tableAt(table, t), [-1])) : errors);
    if (!mse || !vb) return tf.reshape(tf.mean(weighted(loss)), [1]);
    return tf.stack([tf.mean(table ? tf.add(weighted(mse), vb) : loss), tf.mean(mse), tf.mean(vb)]);
  };
}

/** What the teacher predicts for the noise in the same noisy images; null without one. */
function teacherTarget({ teacher, train }: TrainStepOptions, diffusion: Diffusion): ((frozen: Tensors, given: Tensors) => tf.Tensor) | null {
  if (!teacher) return null;
  if (diffusion.prediction !== 'epsilon') throw new AppError('unsupported', 'Distillation is defined for models that predict the noise.', { field: 'diffusion.prediction' });
  return (frozen, { x0, noise, t, y }) => {
    const params = Object.fromEntries(Object.keys(teacher.tensors).map((name) => [name, frozen[TEACHER + name]]));
    const output = ditForward(teacher.config, params, { x: noisyImage(diffusion, x0, t, noise), t, y }, { ranks: teacher.ranks, frozenFactors: true, expectedBatch: train.batchSize });
    return tf.slice(output, [0, 0, 0, 0], [-1, teacher.config.inChannels, -1, -1]);
  };
}

/**
 * Root mean square of sigma over all blocks, by type: shows at a glance whether a type grows or dies. As the step found it: what is read after
 * the update would have to be updated apart from the rest, op by op.
 */
function sigmaSizes(names: readonly string[], now: Tensors): Tensors {
  const out: Tensors = {};
  for (const type of WEIGHT_TYPES) {
    const sigmas = names.filter((name) => name.startsWith(`sigma.${type}.`)).map((name) => now[WEIGHTS + name] as tf.Tensor1D);
    if (sigmas.length === 0) continue;
    const all = sigmas.length > 1 ? tf.concat1d(sigmas) : sigmas[0];
    out[`sigma.${type}`] = tf.sqrt(tf.mean(tf.mul(all, all)));
  }
  return out;
}

/** The state before the first update: the weights, averages equal to them, zero moments. */
export function initialState(step: TrainStep, weights: ModelWeights): TensorMap {
  const state: TensorMap = {};
  for (const { name } of step.trained) {
    const { shape, data } = weights.tensors[name];
    state[WEIGHTS + name] = { shape, data };
    if (step.hasAverage) state[AVERAGE + name] = { shape, data };
    for (const prefix of [MOMENT1, MOMENT2]) state[prefix + name] = { shape, data: new Float32Array(data.length) };
  }
  return state;
}

/** Names of the state that a checkpoint needs: all but the gradient sum, which is zero between updates. */
export function lastingNames(step: TrainStep): string[] {
  return Object.keys(step.spec.state).filter((name) => !name.startsWith(GRADIENT));
}

/**
 * Gives back the memory of the trained tensors of a start that a backend holds by now, at once: a garbage collector would do it
 * at some time. What shares its buffer with a frozen tensor stays. Nobody may use the start afterwards.
 */
export function releaseStart(step: TrainStep, { tensors }: ModelWeights): void {
  const kept = new Set<ArrayBufferLike>(Object.values(step.spec.constants).map(({ data }) => data.buffer));
  for (const { name } of step.trained) {
    const { buffer } = tensors[name].data;
    if (buffer instanceof ArrayBuffer && !buffer.detached && !kept.has(buffer)) buffer.transfer(0);
  }
}
