/**
 * A learngene for models of another width, with other heads or other patches. Beyond FINE, and experimental: the paper keeps all of
 * them. A component of a weight is u_k v_k^T, u_k over the channels that it writes and v_k over those that it reads; another
 * width therefore needs other rows of U and V, while ranks, sigma and the line of sigma over depth stay what they are.
 */
import { type DiTConfig, type WeightType, WEIGHT_TYPES } from '../../../../shared/config';
import { biasName, leftFactorName, outChannels, parameterSpecs, rightFactorName, sigmaName } from '../../model/parameters';
import type { TensorMap } from '../../tensor/types';
import type { LearngeneTensors } from '../learngene';
import { embeddingKernel, outputKernel } from './patchKernel';
import { type RowMap, compose, inParts, onColumns } from './rowMaps';

/** How every axis of the model goes over to its new width. */
export interface ChannelMaps {
  /** What is written to each kind of channel. */
  write: Record<'residual' | 'conditioning' | 'timestep' | 'query' | 'key' | 'value' | 'hidden', RowMap>;
  /** What is read: by the five weights, by the output layer, and by the second layer of the timestep's MLP. */
  read: Record<WeightType | 'output' | 'timestep', RowMap>;
}

const same: RowMap = (rows) => rows;

/** Tensors of the learngene in the target's shape; depth, classes, picture and everything else are the source's. */
export function resizeLearngene({ config: source, ranks, tensors }: LearngeneTensors, shape: Pick<DiTConfig, 'hiddenSize' | 'heads' | 'patchSize'>, { write, read }: ChannelMaps): LearngeneTensors {
  const config = { ...source, ...shape };
  const out: Record<WeightType, RowMap> = {
    qkv: inParts([write.query, write.key, write.value]),
    proj: write.residual,
    fc1: write.hidden,
    fc2: write.residual,
    adaLN: inParts(Array.from({ length: 6 }, () => write.residual)),
  };
  const samePatch = source.patchSize === config.patchSize;
  const pixelsIn = samePatch ? same : embeddingKernel(source.patchSize, config.patchSize, source.inChannels);
  const pixelsOut = samePatch ? same : outputKernel(source.patchSize, config.patchSize, outChannels(source));
  const maps = new Map<string, RowMap>([
    ['x_embedder.proj.weight', patchwise(compose(write.residual, onColumns(pixelsIn)), config)],
    ['x_embedder.proj.bias', write.residual],
    ['t_embedder.mlp.0.weight', write.timestep],
    ['t_embedder.mlp.0.bias', write.timestep],
    ['t_embedder.mlp.2.weight', compose(write.conditioning, onColumns(read.timestep))],
    ['t_embedder.mlp.2.bias', write.conditioning],
    ['y_embedder.embedding_table.weight', onColumns(write.conditioning)],
    ['final_layer.linear.weight', compose(pixelsOut, onColumns(read.output))],
    ['final_layer.linear.bias', pixelsOut],
    ['final_layer.adaLN_modulation.1.weight', compose(inParts([write.residual, write.residual]), onColumns(read.adaLN))],
    ['final_layer.adaLN_modulation.1.bias', inParts([write.residual, write.residual])],
  ]);
  for (const type of WEIGHT_TYPES) {
    maps.set(leftFactorName(type), out[type]);
    maps.set(rightFactorName(type), read[type]);
    for (let block = 0; block < source.depth; block++) {
      maps.set(sigmaName(type, block), same);
      maps.set(biasName(type, block), out[type]);
    }
  }
  const resized: TensorMap = {};
  for (const { name } of parameterSpecs(source, ranks)) if (tensors[name]) resized[name] = maps.get(name)!(tensors[name]);
  return { config, ranks, tensors: resized };
}

/** A map on the patch embedding [d, C, p, p] seen as a matrix [d, C p p]. */
function patchwise(map: RowMap, { inChannels, patchSize }: DiTConfig): RowMap {
  return ({ shape, data }) => {
    const mapped = map({ shape: [shape[0], data.length / shape[0]], data });
    return { shape: [mapped.shape[0], inChannels, patchSize, patchSize], data: mapped.data };
  };
}
