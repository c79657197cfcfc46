/**
 * DiT with adaLN-Zero blocks (Peebles & Xie 2023, arXiv 2212.09748), from pixels or latents to the predicted noise, in tfjs
 * ops. It is the only description of the model: training differentiates it, the ONNX export traces it.
 * Its weights may be dense or factorised as in FINE (arXiv 2409.19289, equation 1): W = U diag(sigma) V^T.
 *
 * Letters in names give the shape:
 *   B batch   C image channels   H, W image side (equal)   T tokens   D hidden size   F MLP channels
 *   N rows of a matrix product (B or B*T)   O, I a weight's out and in   R rank   A heads   K channels per head
 *
 * The batch may be unknown when a graph is traced, so it is always the -1 of a reshape and stands in one axis.
 */
import { weightShape, type DiTConfig, type Ranks, type WeightType } from '../../../shared/config';
import { factoredIsCheaper } from '../../../shared/sizes';
import { tf } from '../tensor/tf';
import { gelu } from '../tensor/ops/gelu';
import { layerNorm } from '../tensor/ops/layerNorm';
import type { Tensors } from '../tensor/types';
import { TIMESTEP_CHANNELS, biasName, leftFactorName, outChannels, rightFactorName, sigmaName, weightName } from './parameters';

const LAYER_NORM_EPSILON = 1e-6;
const LONGEST_PERIOD = 10_000;

/** How a factorised weight is applied; `auto` takes the cheaper of the two for each matrix. */
export type Evaluation = 'auto' | 'rebuild' | 'factored';

export interface DiTInputs {
  /** Noisy images or latents [B, C, H, W], float32. */
  x: tf.Tensor;
  /** Timesteps of the full process [B], int32 (0 = nearly clean). */
  t: tf.Tensor;
  /** Classes [B], int32; `numClasses` is the null class. */
  y: tf.Tensor;
}

export interface DiTOptions {
  /** The ranks of a factorised model; left out or null, `params` must hold dense weights. */
  ranks?: Ranks | null;
  evaluation?: Evaluation;
  /** True when U and V receive no gradient: then the factored form is cheaper still (see `factoredIsCheaper`). */
  frozenFactors?: boolean;
  /** Batch to count costs with, when that of `x` stands for an unknown one. */
  expectedBatch?: number;
  /**
   * Replaces the product x W^T of a block's matrix, the bias apart: x [rows, in] to [rows, out], rows = batch or batch * tokens.
   * For models whose matrices depend on the sample, which no set of dense weights can express.
   */
  product?: (type: WeightType, block: number, x: tf.Tensor) => tf.Tensor;
  /** Sees intermediate values by name: to compare layer by layer, or to measure what the layers are given. */
  observe?: (name: string, value: tf.Tensor) => void;
}

/**
 * The model's prediction [B, Cout, H, W] with Cout = C, or 2C with learned variance (noise first, then the interpolation
 * weight of the log-variance). `params` maps the names of `parameterSpecs(config, ranks)` to tensors.
 * Throws a plain error when a parameter is missing: loading checks names and shapes before.
 */
export function ditForward(config: DiTConfig, params: Tensors, { x, t, y }: DiTInputs, options: DiTOptions = {}): tf.Tensor4D {
  const model: Model = { config, params, options, batch: options.expectedBatch ?? x.shape[0] };
  const observe = options.observe ?? (() => undefined);

  const embedded_BTD = embedPatches(model, x);
  observe('patches', embedded_BTD);
  const c_BD = tf.add(embedTimesteps(model, t), embedLabels(model, y));
  observe('conditioning', c_BD);
  const silu_BD = silu(c_BD);

  let x_BTD = tf.add(embedded_BTD, positions(config));
  observe('tokens', x_BTD);
  for (let block = 0; block < config.depth; block++) {
    x_BTD = ditBlock(model, block, x_BTD, silu_BD);
    observe(`blocks.${block}`, x_BTD);
  }
  const out_BTP = finalLayer(model, x_BTD, silu_BD);
  observe('final', out_BTP);
  return unpatchify(config, out_BTP);
}

interface Model {
  config: DiTConfig;
  params: Tensors;
  options: DiTOptions;
  batch: number;
}

// ---- embedders ----

/** Convolution with kernel = stride = patch, written as one matrix product over flattened patches. */
function embedPatches({ config, params }: Model, x_BCHW: tf.Tensor): tf.Tensor {
  const { inChannels: C, patchSize: p, hiddenSize: D } = config;
  const grid = config.inputSize / p;
  const patches = tf.transpose(tf.reshape(x_BCHW, [-1, C, grid, p, grid, p]), [0, 2, 4, 1, 3, 5]);
  const flat_NP = tf.reshape(patches, [-1, C * p * p]);
  const weight_DP = tf.reshape(get(params, 'x_embedder.proj.weight'), [D, C * p * p]);
  return toTokens(linear(flat_NP, weight_DP, get(params, 'x_embedder.proj.bias')), config);
}

function embedTimesteps({ params, options }: Model, t_B: tf.Tensor): tf.Tensor {
  const h_BD = linear(timestepEmbedding(t_B, TIMESTEP_CHANNELS), get(params, 't_embedder.mlp.0.weight'), get(params, 't_embedder.mlp.0.bias'));
  const hidden_BD = silu(h_BD);
  options.observe?.('timestep.hidden', hidden_BD);
  return linear(hidden_BD, get(params, 't_embedder.mlp.2.weight'), get(params, 't_embedder.mlp.2.bias'));
}

function embedLabels({ params }: Model, y_B: tf.Tensor): tf.Tensor {
  return tf.gather(get(params, 'y_embedder.embedding_table.weight'), y_B as tf.Tensor1D);
}

/**
 * Sinusoids of the timestep [B, channels]: cosines, then sines, at frequencies 10000^(-i / half); an odd last channel is zero.
 * The frequencies are rounded to float32 at each step, as the official checkpoints were trained with.
 */
export function timestepEmbedding(t_B: tf.Tensor, channels: number): tf.Tensor {
  const half = Math.floor(channels / 2);
  const slope = Math.fround(-Math.log(LONGEST_PERIOD));
  const frequency = (i: number): number => Math.exp(Math.fround(Math.fround(slope * i) / half));
  const frequencies_1H = tf.tensor(Float32Array.from({ length: half }, (_, i) => frequency(i)), [1, half]);
  const angle_BH = tf.mul(tf.reshape(tf.cast(t_B, 'float32'), [-1, 1]), frequencies_1H);
  const waves = tf.concat([tf.cos(angle_BH), tf.sin(angle_BH)], 1);
  return channels % 2 === 0 ? waves : tf.pad(waves, [[0, 0], [0, 1]]);
}

/**
 * The frozen position table [grid * grid, hiddenSize], row-major over the grid: the first half of the channels encodes the
 * column, the second the row, each as [sines | cosines] at frequencies 10000^(-i / (hiddenSize / 4)).
 */
export function positionTable(hiddenSize: number, grid: number): Float32Array {
  const table = new Float32Array(grid * grid * hiddenSize);
  const quarter = hiddenSize / 4;
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const token = (row * grid + column) * hiddenSize;
      for (let i = 0; i < quarter; i++) {
        const frequency = LONGEST_PERIOD ** (-i / quarter);
        table[token + i] = Math.sin(column * frequency);
        table[token + quarter + i] = Math.cos(column * frequency);
        table[token + 2 * quarter + i] = Math.sin(row * frequency);
        table[token + 3 * quarter + i] = Math.cos(row * frequency);
      }
    }
  }
  return table;
}

function positions(config: DiTConfig): tf.Tensor {
  const grid = config.inputSize / config.patchSize;
  return tf.tensor(positionTable(config.hiddenSize, grid), [1, grid * grid, config.hiddenSize]);
}

// ---- block ----

/** One transformer block; shift, scale and gate of both branches come from the conditioning. */
function ditBlock(model: Model, block: number, x_BTD: tf.Tensor, c_BD: tf.Tensor): tf.Tensor {
  const observe = model.options.observe ?? (() => undefined);
  const modulation = blockLinear(model, 'adaLN', block, c_BD);
  const [shiftMsa, scaleMsa, gateMsa, shiftMlp, scaleMlp, gateMlp] = tf.split(modulation, 6, 1).map(overTokens);

  const attentionIn = modulate(layerNorm(x_BTD, LAYER_NORM_EPSILON), shiftMsa, scaleMsa);
  observe(`blocks.${block}.attn.in`, attentionIn);
  const attended = attention(model, block, attentionIn);
  observe(`blocks.${block}.attn.out`, attended);
  const h_BTD = tf.add(x_BTD, tf.mul(gateMsa, attended));

  const mlpOut = mlp(model, block, modulate(layerNorm(h_BTD, LAYER_NORM_EPSILON), shiftMlp, scaleMlp));
  observe(`blocks.${block}.mlp.out`, mlpOut);
  return tf.add(h_BTD, tf.mul(gateMlp, mlpOut));
}

/** Multi-head self-attention. The rows of qkv are q, k, v, each ordered by head. */
function attention(model: Model, block: number, x_BTD: tf.Tensor): tf.Tensor {
  const { config } = model;
  const { hiddenSize: D, heads: A } = config;
  const T = x_BTD.shape[1] as number;
  const K = D / A;
  const qkv = blockLinear(model, 'qkv', block, toRows(x_BTD));
  const [q_BATK, k_BATK, v_BATK] = tf.split(qkv, 3, 1).map((part) => tf.transpose(tf.reshape(part, [-1, T, A, K]), [0, 2, 1, 3]));
  const scores_BATT = tf.matMul(tf.mul(q_BATK, 1 / Math.sqrt(K)), k_BATK, false, true);
  const mixed_BATK = tf.matMul(tf.softmax(scores_BATT), v_BATK);
  const joined_ND = tf.reshape(tf.transpose(mixed_BATK, [0, 2, 1, 3]), [-1, D]);
  return toTokens(blockLinear(model, 'proj', block, joined_ND), config);
}

function mlp(model: Model, block: number, x_BTD: tf.Tensor): tf.Tensor {
  const hidden_NF = gelu(blockLinear(model, 'fc1', block, toRows(x_BTD)));
  return toTokens(blockLinear(model, 'fc2', block, hidden_NF), model.config);
}

// ---- final layer ----

function finalLayer({ config, params, options }: Model, x_BTD: tf.Tensor, c_BD: tf.Tensor): tf.Tensor {
  const modulation = linear(c_BD, get(params, 'final_layer.adaLN_modulation.1.weight'), get(params, 'final_layer.adaLN_modulation.1.bias'));
  const [shift, scale] = tf.split(modulation, 2, 1).map(overTokens);
  const x_ND = toRows(modulate(layerNorm(x_BTD, LAYER_NORM_EPSILON), shift, scale));
  options.observe?.('final.in', x_ND);
  const out_NP = linear(x_ND, get(params, 'final_layer.linear.weight'), get(params, 'final_layer.linear.bias'));
  return tf.reshape(out_NP, [-1, x_BTD.shape[1] as number, config.patchSize ** 2 * outChannels(config)]);
}

/** Token values in (row, column, channel) order back to an image [B, Cout, H, W]. */
function unpatchify(config: DiTConfig, x_BTP: tf.Tensor): tf.Tensor4D {
  const { inputSize: H, patchSize: p } = config;
  const grid = H / p;
  const C = outChannels(config);
  const cells = tf.transpose(tf.reshape(x_BTP, [-1, grid, grid, p, p, C]), [0, 5, 1, 3, 2, 4]);
  return tf.reshape(cells, [-1, C, H, H]);
}

// ---- matrix products ----

/** y = x W^T + b of one of the five weights of a block, dense or factorised; x_NI has two axes. */
function blockLinear(model: Model, type: WeightType, block: number, x_NI: tf.Tensor): tf.Tensor {
  const { params, options } = model;
  const bias_O = get(params, biasName(type, block));
  if (options.product) return tf.add(options.product(type, block, x_NI), bias_O);
  if (!options.ranks) return linear(x_NI, get(params, weightName(type, block)), bias_O);

  const U_OR = get(params, leftFactorName(type));
  const V_IR = get(params, rightFactorName(type));
  const sigma_R = get(params, sigmaName(type, block));
  if (evaluationOf(model, type) === 'rebuild') return linear(x_NI, tf.matMul(tf.mul(U_OR, sigma_R), V_IR, false, true), bias_O);
  const h_NR = tf.mul(tf.matMul(x_NI, V_IR), sigma_R);
  return linear(h_NR, U_OR, bias_O);
}

function evaluationOf({ config, options, batch }: Model, type: WeightType): 'rebuild' | 'factored' {
  const { evaluation = 'auto', frozenFactors = false } = options;
  if (evaluation !== 'auto') return evaluation;
  const tokens = (config.inputSize / config.patchSize) ** 2;
  const rows = type === 'adaLN' ? batch : batch * tokens;
  const shape = weightShape(type, config.hiddenSize, config.mlpRatio);
  const rank = (options.ranks as Ranks)[type];
  return factoredIsCheaper({ rows, out: shape.out, in: shape.in, rank, frozenFactors }) ? 'factored' : 'rebuild';
}

/** x W^T + b for x [N, I], W [O, I], b [O]. Two axes only: tfjs's gradient of a 3-D by 2-D product is wrong. */
function linear(x_NI: tf.Tensor, weight_OI: tf.Tensor, bias_O: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x_NI as tf.Tensor2D, weight_OI as tf.Tensor2D, false, true), bias_O);
}

// ---- small pieces ----

const silu = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sigmoid(x));

const modulate = (x_BTD: tf.Tensor, shift_B1D: tf.Tensor, scale_B1D: tf.Tensor): tf.Tensor => tf.add(tf.mul(x_BTD, tf.add(scale_B1D, 1)), shift_B1D);

const toRows = (x_BTD: tf.Tensor): tf.Tensor => tf.reshape(x_BTD, [-1, x_BTD.shape[2] as number]);

const toTokens = (x_ND: tf.Tensor, config: DiTConfig): tf.Tensor => tf.reshape(x_ND, [-1, (config.inputSize / config.patchSize) ** 2, config.hiddenSize]);

const overTokens = (x_BD: tf.Tensor): tf.Tensor => tf.reshape(x_BD, [-1, 1, x_BD.shape[1] as number]);

function get(params: Tensors, name: string): tf.Tensor {
  const tensor = params[name];
  if (!tensor) throw new Error(`The parameter ${name} is missing.`);
  return tensor;
}
