import { WEIGHT_TYPES, weightShape, type DiTConfig, type WeightType } from '../../../shared/config';
import { tf } from '../tensor/tf';
import type { TensorMap, Tensors } from '../tensor/types';
import { lineAcrossDepth } from '../fine/overDepth';
import { biasName, weightName } from '../model/parameters';
import { countNumbers, outerTensors, requireSameShape } from './blocks';
import { ditDefault } from './ditDefault';
import { normal, zeros } from './draw';
import type { Initialization, ModelForm, Source } from './types';

/** Rows and columns of a weight scaler, and the number of templates: with 4, 4 and 16 the templates of a type hold as many numbers as one matrix. */
export const SCALER = 4;
export const TEMPLATES = SCALER * SCALER;

const templateName = (type: WeightType) => `wave.template.${type}`;
const scalerName = (type: WeightType, block: number) => `wave.scaler.${type}.${block}`;

/**
 * WAVE: W_l = sum_t T_t (x) S_{l,t}, (x) the Kronecker product; templates T [TEMPLATES, out/4 * in/4] shared by all layers of a
 * type, scalers S_l [TEMPLATES, 16] per layer. Element W[4i + k, 4j + m] = sum_t T_t[i, j] S_{l,t}[k, m].
 *
 * Not published, chosen here: the sizes above; the start T ~ N(0, 2 / (in + out)), S ~ N(0, 1 / TEMPLATES), which gives W the
 * variance of DiT's own start, adaLN's templates zero; the source is trained on the denoising loss instead of distillation; biases
 * are per layer and follow the scalers; the target's scalers and biases start on the line over the source's depth (as FINE's
 * sigma does) rather than at random. The scalers have 4 rows and columns, so hiddenSize must be a multiple of 4, as DiT demands anyway.
 */
function expand(parameters: Tensors, config: DiTConfig): Tensors {
  const out: Tensors = {};
  for (const [name, value] of Object.entries(parameters)) if (!name.startsWith('wave.')) out[name] = value;
  for (const type of WEIGHT_TYPES) {
    const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
    const rows = shape.out / SCALER;
    const columns = shape.in / SCALER;
    for (let l = 0; l < config.depth; l++) {
      const product = tf.matMul(parameters[templateName(type)], parameters[scalerName(type, l)], true, false);
      const grid = tf.transpose(tf.reshape(product, [rows, columns, SCALER, SCALER]), [0, 2, 1, 3]);
      out[weightName(type, l)] = tf.reshape(grid, [shape.out, shape.in]);
    }
  }
  return out;
}

function waveStart(config: DiTConfig, seed: number): TensorMap {
  const { tensors } = ditDefault(config, seed);
  const trainable = outerTensors(tensors);
  for (const type of WEIGHT_TYPES) {
    const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
    const size = [TEMPLATES, (shape.out / SCALER) * (shape.in / SCALER)];
    trainable[templateName(type)] = type === 'adaLN' ? zeros(size) : normal(size, Math.sqrt(2 / (shape.in + shape.out)), seed, templateName(type));
    for (let l = 0; l < config.depth; l++) {
      trainable[scalerName(type, l)] = normal([TEMPLATES, SCALER * SCALER], Math.sqrt(1 / TEMPLATES), seed, scalerName(type, l));
      trainable[biasName(type, l)] = tensors[biasName(type, l)];
    }
  }
  return trainable;
}

function waveTarget(source: Source, config: DiTConfig): ModelForm {
  const frozen = outerTensors(source.tensors);
  const trainable: TensorMap = {};
  for (const type of WEIGHT_TYPES) {
    frozen[templateName(type)] = source.tensors[templateName(type)];
    for (const name of [scalerName, biasName]) {
      const series = Array.from({ length: source.config.depth }, (_, l) => source.tensors[name(type, l)]);
      const values = series.map((t) => t.data as Float32Array);
      lineAcrossDepth(values, config.depth).forEach((data, l) => (trainable[name(type, l)] = { shape: [...series[0].shape], data }));
    }
  }
  return { config, ranks: null, trainable, frozen, toDense: (parameters) => expand(parameters, config) };
}

export const wave: Initialization = {
  id: 'wave',
  label: 'WAVE',
  citation: 'Feng et al., "WAVE: Weight Template for Adaptive Initialization of Variable-sized Models", CVPR 2025',
  needs: 'own',
  changes: { depth: true, width: false },
  adaptation: { steps: 300, learningRate: 1e-2 },
  source: (config, seed) => ({ config, ranks: null, trainable: waveStart(config, seed), frozen: {}, toDense: (parameters) => expand(parameters, config) }),
  target(source, config) {
    requireSameShape('WAVE', source!, config);
    return waveTarget(source!, config);
  },
  carried: (source) => countNumbers(source.tensors),
};
