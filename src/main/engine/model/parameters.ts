/** Which tensors a DiT has, in which order, under the official names (dense) or with shared factors (factorised). */
import { WEIGHT_TYPES, weightShape, type DiTConfig, type Ranks, type WeightType } from '../../../shared/config';

export interface ParameterSpec {
  name: string;
  shape: number[];
}

/** Channels of the sinusoidal timestep table before its MLP. */
export const TIMESTEP_CHANNELS = 256;

const MODULE: Record<WeightType, string> = {
  qkv: 'attn.qkv',
  proj: 'attn.proj',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  adaLN: 'adaLN_modulation.1',
};

export const weightName = (type: WeightType, block: number): string => `blocks.${block}.${MODULE[type]}.weight`;
export const biasName = (type: WeightType, block: number): string => `blocks.${block}.${MODULE[type]}.bias`;
export const leftFactorName = (type: WeightType): string => `U.${type}`;
export const rightFactorName = (type: WeightType): string => `V.${type}`;
export const sigmaName = (type: WeightType, block: number): string => `sigma.${type}.${block}`;

/** Channels that the model predicts: the input's, twice as many when the variance is learned. */
export function outChannels(config: DiTConfig): number {
  return config.learnSigma ? 2 * config.inChannels : config.inChannels;
}

/**
 * Name and shape of every parameter, in the order of the official state dict; with `ranks`, the five block weights are
 * replaced by `U.T` [out, r], `V.T` [in, r] (before the blocks) and `sigma.T.BLOCK` [r] (in each weight's place).
 * `pos_embed` is not a parameter: it is a function of the shape.
 */
export function parameterSpecs(config: DiTConfig, ranks: Ranks | null): ParameterSpec[] {
  const { hiddenSize: d, patchSize: p, mlpRatio } = config;
  const specs: ParameterSpec[] = [
    { name: 'x_embedder.proj.weight', shape: [d, config.inChannels, p, p] },
    { name: 'x_embedder.proj.bias', shape: [d] },
    { name: 't_embedder.mlp.0.weight', shape: [d, TIMESTEP_CHANNELS] },
    { name: 't_embedder.mlp.0.bias', shape: [d] },
    { name: 't_embedder.mlp.2.weight', shape: [d, d] },
    { name: 't_embedder.mlp.2.bias', shape: [d] },
    { name: 'y_embedder.embedding_table.weight', shape: [config.numClasses + 1, d] },
  ];
  if (ranks) {
    for (const type of WEIGHT_TYPES) {
      const shape = weightShape(type, d, mlpRatio);
      specs.push({ name: leftFactorName(type), shape: [shape.out, ranks[type]] }, { name: rightFactorName(type), shape: [shape.in, ranks[type]] });
    }
  }
  for (let block = 0; block < config.depth; block++) {
    for (const type of WEIGHT_TYPES) {
      const shape = weightShape(type, d, mlpRatio);
      specs.push(ranks ? { name: sigmaName(type, block), shape: [ranks[type]] } : { name: weightName(type, block), shape: [shape.out, shape.in] });
      specs.push({ name: biasName(type, block), shape: [shape.out] });
    }
  }
  const tokenOut = p * p * outChannels(config);
  specs.push(
    { name: 'final_layer.linear.weight', shape: [tokenOut, d] },
    { name: 'final_layer.linear.bias', shape: [tokenOut] },
    { name: 'final_layer.adaLN_modulation.1.weight', shape: [2 * d, d] },
    { name: 'final_layer.adaLN_modulation.1.bias', shape: [2 * d] },
  );
  return specs;
}

/** True for a tensor that belongs to the blocks (weights, factors, sigma, biases), false for embedders and final layer. */
export function isBlockParameter(name: string): boolean {
  return /^(blocks|U|V|sigma)\./.test(name);
}
