/** What one learngene brings to models of several depths. */
import type { DiTConfig, Ranks } from '@shared/config';
import { checkpointBytes, countParameters, countTunedParameters, forwardMacs } from '@shared/sizes';

export interface Reuse {
  depth: number;
  /** Stored parameters of the factorised model of this depth. */
  parameters: number;
  /** Parameters of the dense model that it stands for. */
  dense: number;
  /** Parameters that come unchanged from the learngene: U, V, embedders, final layer. */
  carried: number;
  /** `carried` as a share of the dense model, as the paper counts it. */
  share: number;
  /** What is tuned for this depth: sigma and the biases of the blocks. */
  tuned: number;
  /** Multiply-accumulates of a forward pass per image. */
  macs: number;
  /** Size of the file of the dense model in bytes. */
  denseBytes: number;
}

/** `tuneOuter`: embedders and final layer are tuned, too, so they do not come unchanged. */
export function reuseAt(model: DiTConfig, ranks: Ranks, depth: number, tuneOuter = false): Reuse {
  const size = { ...model, depth };
  const count = countParameters(size, ranks);
  const carried = tuneOuter ? count.shared : count.shared + count.xEmbedder + count.tEmbedder + count.yEmbedder + count.finalLayer;
  return { depth, parameters: count.total, dense: count.dense, carried, share: carried / count.dense, tuned: countTunedParameters(size, ranks, { tuneBiases: true, tuneOuter }), macs: forwardMacs(size), denseBytes: checkpointBytes(size, null) };
}

const USUAL = [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 28, 32, 40, 48];

/** Depths around that of the source: what one would first think of making. */
export function usualDepths(sourceDepth: number): number[] {
  return [...new Set([...USUAL.filter((d) => d >= sourceDepth / 3 && d <= Math.max(8, sourceDepth * 2)), sourceDepth])].toSorted((a, b) => a - b);
}

/** Three sizes to begin with: the source's depth, a smaller one and a larger one. */
export function suggestedDepths(sourceDepth: number): number[] {
  const offered = usualDepths(sourceDepth);
  const nearest = (depth: number) => offered.reduce((best, d) => (Math.abs(d - depth) < Math.abs(best - depth) ? d : best));
  return [...new Set([nearest((sourceDepth * 2) / 3), sourceDepth, nearest((sourceDepth * 4) / 3)])].toSorted((a, b) => a - b);
}

/** Bytes of the learngene of a model: it carries everything of the factorised form. */
export function learngeneBytes(model: DiTConfig, ranks: Ranks): number {
  return checkpointBytes(model, ranks);
}
