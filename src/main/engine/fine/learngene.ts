/** The learngene: what one pretrained model hands on to models of any depth (FINE, arXiv 2409.19289, sections 3.1 and 3.2). */
import { createHash } from 'node:crypto';
import { type DiTConfig, type Ranks, type SigmaStart, WEIGHT_TYPES, type WeightType } from '../../../shared/config';
import { AppError } from '../../../shared/errors';
import { ditDefault } from '../initialize/ditDefault';
import { biasName, isBlockParameter, leftFactorName, parameterSpecs, rightFactorName, sigmaName } from '../model/parameters';
import type { ModelWeights } from '../model/types';
import { STREAMS, counterRandom } from '../random';
import type { TensorMap } from '../tensor/types';
import { lineAcrossDepth, nearestLayer } from './overDepth';

export interface LearngeneTensors {
  /** Of the source; `depth` is the source's. */
  config: DiTConfig;
  ranks: Ranks;
  /** U and V of every type, and what else is carried, under the names of the source. */
  tensors: TensorMap;
}

/** What a learngene carries besides U and V; each measured to help (docs/method.md). */
export const CARRIED = ['embedders', 'finalLayer', 'biases', 'sigma'] as const;

/** U and V with sigma and biases of every layer, embedders and final layer: everything of a factorised model. Throws `invalid-input` for a dense one. */
export function extractLearngene({ config, ranks, tensors }: ModelWeights): LearngeneTensors {
  if (!ranks) throw new AppError('invalid-input', 'This model is dense: it has no shared factors to take out.', { hint: 'Extract with a decomposition (CP-ALS) instead.', field: 'checkpointId' });
  return { config, ranks, tensors: Object.fromEntries(parameterSpecs(config, ranks).map(({ name }) => [name, tensors[name]])) };
}

/**
 * A factorised model of the given depth: U, V, embedders and final layer from the learngene, biases on their line over depth
 * (zero when none are carried), sigma by `start`:
 *   line        least-squares line of the source's sigma over relative depth
 *   mean        the mean over the source's layers, in every layer
 *   carry       sigma of the nearest layer by relative depth
 *   random-rms  per component the source's root mean square, with the sign of its mean, times 1 + N(0, 0.1^2)
 *   identical   one constant per type, the source's root mean square; zero for adaLN
 *   random      N(0, rms^2) per type, as in the paper; zero for adaLN, so that every block starts as the identity
 * The last two need sigma of the source only for its size. Without carried sigma only they are possible, at size 1.
 */
export function initialiseFromLearngene(learngene: LearngeneTensors, depth: number, start: SigmaStart, seed: number): ModelWeights {
  const { config: source, ranks, tensors: held } = learngene;
  const config = { ...source, depth };
  const defaults = ditDefault(config, seed).tensors;
  const tensors: TensorMap = {};
  for (const { name } of parameterSpecs(config, ranks)) if (!isBlockParameter(name) || /^[UV]\./.test(name)) tensors[name] = held[name] ?? defaults[name];
  for (const type of WEIGHT_TYPES) {
    const sigma = startSigma(layersOf(held, source.depth, (block) => sigmaName(type, block)), { type, start, depth, rank: ranks[type], seed });
    const biases = layersOf(held, source.depth, (block) => biasName(type, block));
    const lineOfBiases = biases && lineAcrossDepth(biases, depth);
    for (let block = 0; block < depth; block++) {
      tensors[sigmaName(type, block)] = { shape: [ranks[type]], data: sigma[block] };
      const name = biasName(type, block);
      tensors[name] = lineOfBiases ? { shape: [lineOfBiases[block].length], data: lineOfBiases[block] } : defaults[name];
    }
  }
  return { config, ranks, tensors: Object.fromEntries(parameterSpecs(config, ranks).map(({ name }) => [name, tensors[name]])) };
}

function startSigma(layers: Float32Array[] | null, { type, start, depth, rank, seed }: { type: WeightType; start: SigmaStart; depth: number; rank: number; seed: number }): Float32Array[] {
  const each = (make: (block: number) => Float32Array): Float32Array[] => Array.from({ length: depth }, (_, block) => make(block));
  const index = WEIGHT_TYPES.indexOf(type);
  const normals = (block: number): Float32Array => counterRandom(seed, STREAMS.sigmaStart, block * WEIGHT_TYPES.length + index).normals(rank);
  const size = layers ? rootMeanSquare(layers.flatMap((layer) => Array.from(layer))) : 1;
  if (start === 'random') return each((block) => (type === 'adaLN' ? new Float32Array(rank) : normals(block).map((z) => z * size)));
  if (start === 'identical') return each(() => new Float32Array(rank).fill(type === 'adaLN' ? 0 : size));
  if (!layers) throw new AppError('invalid-input', `This learngene carries no sigma, so it cannot start from its ${start}.`, { hint: 'Choose the random or the identical start.', field: 'sigmaStart' });
  switch (start) {
    case 'line':
      return lineAcrossDepth(layers, depth);
    case 'mean':
      return each(() => mean(layers));
    case 'carry':
      return each((block) => Float32Array.from(layers[nearestLayer(block, depth, layers.length)]));
    case 'random-rms': {
      const average = mean(layers);
      return each((block) => normals(block).map((z, k) => Math.sign(average[k]) * rootMeanSquare(layers.map((layer) => layer[k])) * (1 + 0.1 * z)));
    }
    default:
      return start satisfies never;
  }
}

/** SHA-256 (hex) over the names, shapes and bytes of U and V, sorted by name: equal exactly when the shared factors are. */
export function uvHash(tensors: TensorMap): string {
  const hash = createHash('sha256');
  for (const name of WEIGHT_TYPES.flatMap((type) => [leftFactorName(type), rightFactorName(type)]).sort()) {
    const { shape, data } = tensors[name];
    hash.update(`${name}[${shape.join()}]`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** Below this share of its size, the mean of a component over the layers says that its sign changes from layer to layer. */
const STEADY = 0.7;

/**
 * What makes a learngene hand on less than it should, in words. Signs of sigma that differ from layer to layer do not show in
 * the loss of phase 1, but sigma then follows no line over depth and new depths start (and stay) far worse.
 */
export function learngeneWarnings({ config, tensors }: LearngeneTensors, method: 'direct' | 'cp-als' = 'direct'): string[] {
  const unsteady = WEIGHT_TYPES.filter((type) => {
    const layers = layersOf(tensors, config.depth, (block) => sigmaName(type, block));
    if (!layers || layers.length < 3) return false;
    const average = mean(layers);
    const shares = Array.from(average, (value, k) => {
      const size = rootMeanSquare(layers.map((layer) => layer[k]));
      return size > 0 ? Math.abs(value) / size : 1;
    });
    return shares.reduce((a, b) => a + b, 0) / shares.length < STEADY;
  });
  if (unsteady.length === 0) return [];
  const seen = `The signs of sigma change from layer to layer in ${unsteady.join(', ')}: this learngene will initialise other depths badly.`;
  const why = method === 'cp-als' ? 'A decomposition does not care for signs; distil the factorised model against the dense one for some steps, then extract from that.' : 'It was probably trained from a random sigma; start phase 1 from one positive constant.';
  return [`${seen} ${why}`];
}

function layersOf(tensors: TensorMap, depth: number, nameOf: (block: number) => string): Float32Array[] | null {
  const layers = Array.from({ length: depth }, (_, block) => tensors[nameOf(block)]?.data);
  return layers.every((layer) => layer !== undefined) ? layers.map((layer) => Float32Array.from(layer)) : null;
}

function mean(layers: Float32Array[]): Float32Array {
  return layers[0].map((_, k) => layers.reduce((sum, layer) => sum + layer[k], 0) / layers.length);
}

function rootMeanSquare(values: number[]): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}
