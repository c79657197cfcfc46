/** Twenty models between the smallest that anybody trains and what fits an ordinary machine, in the three ways of training. */
import { type DiTConfig, uniformRanks } from '../../src/shared/config';
import { countTunedParameters, estimateInferenceBytes, estimateTrainingBytes } from '../../src/shared/sizes';

export const CHANNELS = 3;
export const CLASSES = 10;

export interface MemoryConfig {
  kind: 'dense' | 'factorised' | 'sigma';
  hidden: number;
  depth: number;
  heads: number;
  /** Of an image of `size` pixels cut into patches of `patch`. */
  size: number;
  patch: number;
  batch: number;
  /** Default: the hidden size. */
  rank?: number;
}

const model = (kind: MemoryConfig['kind'], hidden: number, depth: number, tokens: number, batch: number, rank?: number): MemoryConfig => {
  const patch = tokens === 256 ? 2 : 4;
  return { kind, hidden, depth, heads: Math.max(2, hidden / 64), size: Math.sqrt(tokens) * patch, patch, batch, rank };
};

export const MEMORY_CONFIGS: readonly MemoryConfig[] = [
  model('dense', 64, 1, 16, 1),
  model('dense', 64, 4, 64, 32),
  model('dense', 128, 4, 64, 32),
  model('dense', 128, 12, 256, 4),
  model('dense', 256, 6, 64, 32),
  model('dense', 256, 6, 256, 8),
  model('dense', 384, 12, 64, 8),
  model('dense', 512, 12, 16, 64),
  model('dense', 512, 8, 64, 64),
  model('factorised', 64, 2, 256, 8),
  model('factorised', 96, 6, 64, 32),
  model('factorised', 128, 12, 16, 64),
  model('factorised', 256, 6, 64, 32),
  model('factorised', 384, 12, 64, 8, 128),
  model('factorised', 512, 6, 256, 4),
  model('sigma', 64, 4, 64, 16),
  model('sigma', 96, 8, 64, 32),
  model('sigma', 256, 6, 64, 32),
  model('sigma', 384, 12, 256, 4),
  model('sigma', 512, 12, 64, 16),
];

/** One measurement: training, or drawing pictures. */
export interface MeasuredPeak extends MemoryConfig {
  task: 'train' | 'sample';
  peakBytes: number;
}

export function ditConfigOf({ hidden, depth, heads, size, patch }: MemoryConfig): DiTConfig {
  return { inputSize: size, patchSize: patch, inChannels: CHANNELS, hiddenSize: hidden, depth, heads, mlpRatio: 4, numClasses: CLASSES, learnSigma: false };
}

/** Pictures that the sampling job computes at once, of as many as the batch. */
export function sampledAtOnce({ batch }: MemoryConfig): number {
  return Math.min(batch, 16);
}

/** What the planner says of the same. */
export function estimateOf(measured: MeasuredPeak): number {
  const config = ditConfigOf(measured);
  const ranks = measured.kind === 'dense' ? null : uniformRanks(measured.rank ?? measured.hidden);
  if (measured.task === 'sample') return estimateInferenceBytes(config, { batchSize: sampledAtOnce(measured), ranks });
  const trained = measured.kind === 'sigma' ? countTunedParameters(config, ranks!, { tuneBiases: true }) : undefined;
  return estimateTrainingBytes(config, { batchSize: measured.batch, ranks, trained });
}

export function describe({ kind, hidden, depth, size, patch, batch, rank }: MemoryConfig): string {
  return `${kind}, hidden ${hidden}, depth ${depth}, ${(size / patch) ** 2} tokens, batch ${batch}${rank ? `, rank ${rank}` : ''}`;
}
