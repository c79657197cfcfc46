import { AppError } from '../../../shared/errors';
import { WEIGHT_TYPES, type DiTConfig } from '../../../shared/config';
import { biasName, weightName } from '../model/parameters';
import { tf } from '../tensor/tf';
import type { HostTensor, TensorMap, Tensors } from '../tensor/types';
import { countNumbers, outerTensors, requireSameShape } from './blocks';
import { uniform } from './draw';
import { type Expansions, expandBlock, expandOuter } from './ligoWidth';
import type { Initialization, ModelForm, Source } from './types';

const KINDS = ['weight', 'bias'] as const;
type Kind = (typeof KINDS)[number];
type Type = (typeof WEIGHT_TYPES)[number];

const stackName = (type: Type, kind: Kind) => `ligo.small.${type}.${kind}`;
const depthName = (type: Type, kind: Kind) => `ligo.depth.${type}.${kind}`;
const growName = (what: string) => `ligo.width.${what}`;

/**
 * LiGO (Wang et al. 2023): the large model is a linear function of a frozen small one. Depth: W_l = sum_j D[l, j] W_j, one
 * coefficient matrix per module, weights and biases apart; it starts as "stackbert_noisy": U(0, 0.03) everywhere, 1 at
 * j = l mod L1, each row divided by its sum. Width: new rows (columns) are learned mixtures E of the old ones, see `ligoWidth.ts`;
 * E starts as U(0, 1) with rows divided by their sum. D and E are trained for 100 steps on the task's loss, then the model is
 * materialised.
 *
 * Chosen here: depth is expanded before width (both are linear, and so E is counted per target block); adaLN, which the source's
 * transformers lack, is expanded chunk by chunk like the residual stream it modulates. At equal width only D is trained.
 */
function ligoTarget(source: Source, config: DiTConfig, seed: number): ModelForm {
  const frozen = outerTensors(source.tensors);
  const trainable: TensorMap = {};
  const small = source.config;
  for (const type of WEIGHT_TYPES) {
    for (const kind of KINDS) {
      const name = kind === 'weight' ? weightName : biasName;
      frozen[stackName(type, kind)] = stack(Array.from({ length: small.depth }, (_, j) => source.tensors[name(type, j)]));
      trainable[depthName(type, kind)] = stackStart(config.depth, small.depth, seed, depthName(type, kind));
    }
  }
  const grow = config.hiddenSize - small.hiddenSize;
  if (grow > 0) {
    const mixture = (what: string, from: number, extra: number) => (trainable[growName(what)] = rowsToOne(uniform01([extra, from], seed, growName(what))));
    mixture('residual', small.hiddenSize, grow);
    for (let l = 0; l < config.depth; l++) {
      for (const part of ['q', 'k', 'v']) mixture(`${part}.${l}`, small.hiddenSize, grow);
      mixture(`ffn.${l}`, small.hiddenSize * small.mlpRatio, grow * small.mlpRatio);
    }
  }
  return { config, ranks: null, trainable, frozen, toDense: (parameters) => expand(parameters, small, config) };
}

function expand(parameters: Tensors, small: DiTConfig, config: DiTConfig): Tensors {
  const wider = config.hiddenSize > small.hiddenSize;
  const residual = parameters[growName('residual')];
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('ligo.')) out[name] = wider ? expandOuter(name, value, residual) : value;

  const mixed = Object.fromEntries(
    WEIGHT_TYPES.map((type) => [type, Object.fromEntries(KINDS.map((kind) => [kind, mixLayers(parameters[depthName(type, kind)], parameters[stackName(type, kind)])]))]),
  ) as Record<Type, Record<Kind, tf.Tensor[]>>;
  for (let l = 0; l < config.depth; l++) {
    let block = Object.fromEntries(WEIGHT_TYPES.flatMap((type) => KINDS.map((kind) => [`${type}.${kind}`, mixed[type][kind][l]])));
    if (wider) {
      const grown: Expansions = { residual, q: parameters[growName(`q.${l}`)], k: parameters[growName(`k.${l}`)], v: parameters[growName(`v.${l}`)], ffn: parameters[growName(`ffn.${l}`)] };
      block = expandBlock(block, grown);
    }
    for (const type of WEIGHT_TYPES) {
      out[weightName(type, l)] = block[`${type}.weight`];
      out[biasName(type, l)] = block[`${type}.bias`];
    }
  }
  return out;
}

/** D [L2, L1] applied to a stack [L1, ...]: L2 tensors. */
function mixLayers(coefficients: tf.Tensor, layers: tf.Tensor): tf.Tensor[] {
  const [count, ...shape] = layers.shape;
  const flat = tf.matMul(coefficients, tf.reshape(layers, [count, shape.reduce((p, n) => p * n, 1)]));
  return Array.from({ length: coefficients.shape[0] }, (_, l) => tf.reshape(tf.slice(flat, [l, 0], [1, flat.shape[1]!]), shape));
}

function stack(layers: HostTensor[]): HostTensor {
  const size = layers[0].data.length;
  const data = new Float32Array(layers.length * size);
  layers.forEach((t, j) => data.set(t.data, j * size));
  return { shape: [layers.length, ...layers[0].shape], data };
}

function stackStart(large: number, small: number, seed: number, name: string): HostTensor {
  const t = uniform01([large, small], seed, name);
  for (let l = 0; l < large; l++) for (let j = 0; j < small; j++) t.data[l * small + j] = j === l % small ? 1 : 0.03 * t.data[l * small + j];
  return rowsToOne(t);
}

function uniform01(shape: number[], seed: number, name: string): HostTensor {
  const t = uniform(shape, 0.5, seed, name);
  return { shape, data: t.data.map((x) => x + 0.5) };
}

function rowsToOne(t: HostTensor): HostTensor {
  const [rows, columns] = t.shape;
  const data = t.data.slice();
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j];
    for (let j = 0; j < columns; j++) data[i * columns + j] /= sum;
  }
  return { shape: t.shape, data };
}

function requireGrowth(source: Source, config: DiTConfig): void {
  if (config.hiddenSize >= source.config.hiddenSize) return;
  throw new AppError('invalid-input', `LiGO grows models; it cannot start hidden size ${config.hiddenSize} from ${source.config.hiddenSize}.`, {
    hint: `Choose a hidden size of at least ${source.config.hiddenSize}, or weight selection.`,
    field: 'model.hiddenSize',
  });
}

export const ligo: Initialization = {
  id: 'ligo',
  label: 'LiGO',
  citation: 'Wang et al., "Learning to Grow Pretrained Models for Efficient Transformer Training", ICLR 2023',
  needs: 'dense',
  changes: { depth: true, width: true },
  adaptation: { steps: 100, learningRate: 1e-3 },
  target(source, config, seed) {
    requireSameShape('LiGO', source!, config, true);
    requireGrowth(source!, config);
    return ligoTarget(source!, config, seed);
  },
  carried: (source) => countNumbers(source.tensors),
};
