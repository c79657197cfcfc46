import { WEIGHT_TYPES, maxRank, weightShape, type DiTConfig, type WeightType } from '../../../shared/config';
import { biasName, weightName } from '../model/parameters';
import { tf } from '../tensor/tf';
import type { HostTensor, TensorMap, Tensors } from '../tensor/types';
import { cloneTensors, countNumbers, outerTensors, requireSameShape } from './blocks';
import { ditDefault } from './ditDefault';
import { filled, normal, zeros } from './draw';
import { sourceLayers } from './truncatedSvd';
import type { Initialization, ModelForm, Source } from './types';

/** Class groups with their own tailors. */
export const GROUPS = 2;

const part = (name: 'U' | 'V' | 'sigma', type: WeightType, block: number) => `kind.${name}.${type}.${block}`;

/** Components always on, and components of each group: half of the full rank, and a quarter for each of two groups. */
export function kindRanks(type: WeightType, config: DiTConfig): { learngene: number; tailor: number } {
  const full = maxRank(type, config.hiddenSize, config.mlpRatio);
  const tailor = Math.max(1, Math.floor(full / (2 * GROUPS)));
  return { learngene: Math.max(1, full - GROUPS * tailor), tailor };
}

/**
 * KIND: every layer trained in factors from the start, W = sum_i sigma_i u_i v_i^T, its own for each layer. The first components
 * are the learngene; the others are tailors of class groups, of which a gate lets through the group of the sample's class, in
 * all layers alike. The transfer keeps the learngene and gives the target new random tailors.
 *
 * Not published, chosen here: rank, learngene and tailors in the proportions of the follow-up DivControl (half learngene, half
 * tailors, half of those active); class c belongs to group c mod 2, the null class to both at half strength; factors start like
 * FINE's (U ~ N(0, 1/out), V ~ N(0, 1/in), one constant sigma that gives the active matrix the variance of DiT's start, adaLN's U
 * zero); the target's dense weights are the learngene plus one group of new tailors, for target layers as `sourceLayers`.
 */
function kindForm(config: DiTConfig, trainable: TensorMap): ModelForm {
  return {
    config,
    ranks: null,
    trainable,
    frozen: {},
    toDense: (parameters) => closed(parameters, config),
    product: (parameters, y, type, block, x) => gated(parameters, config, y, type, block, x),
  };
}

function kindStart(config: DiTConfig, seed: number): TensorMap {
  const { tensors } = ditDefault(config, seed);
  const trainable = outerTensors(tensors);
  for (const type of WEIGHT_TYPES) {
    const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
    const { learngene, tailor } = kindRanks(type, config);
    const rank = learngene + GROUPS * tailor;
    const active = learngene + tailor;
    for (let block = 0; block < config.depth; block++) {
      const U = part('U', type, block);
      trainable[U] = type === 'adaLN' ? zeros([shape.out, rank]) : normal([shape.out, rank], Math.sqrt(1 / shape.out), seed, U);
      trainable[part('V', type, block)] = normal([shape.in, rank], Math.sqrt(1 / shape.in), seed, part('V', type, block));
      trainable[part('sigma', type, block)] = filled([rank], startSigma(shape, active));
      trainable[biasName(type, block)] = tensors[biasName(type, block)];
    }
  }
  return trainable;
}

/** The constant at which `rank` unit-scale components have the variance 2 / (in + out). */
const startSigma = (shape: { out: number; in: number }, rank: number) => Math.sqrt((2 * shape.in * shape.out) / (rank * (shape.in + shape.out)));

/** ((x V) sigma gate) U^T with the gate of each row's sample. */
function gated(parameters: Tensors, config: DiTConfig, y: tf.Tensor, type: WeightType, block: number, x: tf.Tensor): tf.Tensor {
  const { learngene, tailor } = kindRanks(type, config);
  const rank = learngene + GROUPS * tailor;
  const gate = tf.gather(tf.tensor(gateTable(config.numClasses, learngene, tailor), [config.numClasses + 1, rank]), y as tf.Tensor1D);
  const h = tf.mul(tf.matMul(x, parameters[part('V', type, block)]), parameters[part('sigma', type, block)]);
  const samples = y.shape[0];
  const perSample = tf.mul(tf.reshape(h, [samples, -1, rank]), tf.reshape(gate, [samples, 1, rank]));
  return tf.matMul(tf.reshape(perSample, [-1, rank]), parameters[part('U', type, block)], false, true);
}

/** [numClasses + 1, rank]: which components a class lets through. */
export function gateTable(numClasses: number, learngene: number, tailor: number): Float32Array {
  const rank = learngene + GROUPS * tailor;
  const table = new Float32Array((numClasses + 1) * rank);
  for (let c = 0; c <= numClasses; c++) {
    for (let k = 0; k < rank; k++) {
      const group = Math.floor((k - learngene) / tailor);
      table[c * rank + k] = k < learngene ? 1 : c === numClasses ? 1 / GROUPS : group === c % GROUPS ? 1 : 0;
    }
  }
  return table;
}

/** The matrices of the first group's gate: what a target (which has that one group only) stands for. */
function closed(parameters: Tensors, config: DiTConfig): Tensors {
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('kind.')) out[name] = value;
  for (const type of WEIGHT_TYPES) {
    const { learngene, tailor } = kindRanks(type, config);
    const active = learngene + tailor;
    for (let block = 0; block < config.depth; block++) {
      const first = (name: 'U' | 'V') => tf.slice(parameters[part(name, type, block)], [0, 0], [-1, active]);
      const sigma = tf.slice(parameters[part('sigma', type, block)], [0], [active]);
      out[weightName(type, block)] = tf.matMul(tf.mul(first('U'), sigma), first('V'), false, true);
    }
  }
  return out;
}

/** The source's learngene beside fresh tailors, as dense weights in factors that are no longer gated. */
function kindTarget(source: Source, config: DiTConfig, seed: number): ModelForm {
  const fresh = kindStart(config, seed);
  const trainable = { ...fresh, ...cloneTensors(outerTensors(source.tensors)) };
  sourceLayers(source.config.depth, config.depth).forEach((from, block) => {
    for (const type of WEIGHT_TYPES) {
      const { learngene } = kindRanks(type, config);
      for (const name of ['U', 'V', 'sigma'] as const) trainable[part(name, type, block)] = withFirst(fresh[part(name, type, block)], source.tensors[part(name, type, from)], learngene);
      trainable[biasName(type, block)] = source.tensors[biasName(type, from)];
    }
  });
  return { config, ranks: null, trainable: cloneTensors(trainable), frozen: {}, toDense: (parameters) => closed(parameters, config) };
}

/** `to` with its first `count` components (last axis) taken from `from`. */
function withFirst(to: HostTensor, from: HostTensor, count: number): HostTensor {
  const rank = to.shape.at(-1)!;
  return { shape: to.shape, data: (to.data as Float32Array).map((x, i) => (i % rank < count ? from.data[i] : x)) };
}

export const kind: Initialization = {
  id: 'kind',
  label: 'KIND',
  citation: 'Xie et al., "KIND: Knowledge Integration and Diversion in Diffusion Models", 2024',
  needs: 'own',
  changes: { depth: true, width: false },
  adaptation: { steps: 0, learningRate: null },
  source: (config, seed) => kindForm(config, kindStart(config, seed)),
  target(source, config, seed) {
    requireSameShape('KIND', source!, config);
    return kindTarget(source!, config, seed);
  },
  carried(source, config) {
    const layers = new Set(sourceLayers(source.config.depth, config.depth)).size;
    let block = 0;
    for (const type of WEIGHT_TYPES) {
      const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
      block += kindRanks(type, config).learngene * (shape.out + shape.in + 1) + shape.out;
    }
    return countNumbers(outerTensors(source.tensors)) + layers * block;
  },
};
