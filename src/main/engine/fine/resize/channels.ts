/**
 * Which channels of a model stand for which of a model of another width. Every function gives, per channel of the target, the
 * channel of the source that it continues: a narrower axis leaves channels out, a wider one uses some several times.
 */
import type { DiTConfig } from '../../../../shared/config';

type Shape = Pick<DiTConfig, 'hiddenSize' | 'heads'>;

/** `target` positions spread evenly over `source`; a wider axis repeats each one equally often, as far as that is possible. */
export function spread(source: number, target: number): number[] {
  return Array.from({ length: target }, (_, i) => Math.floor((i * source) / target));
}

/**
 * The residual stream. Each quarter of its channels carries one wave of the position table (sine or cosine, of column or row) at
 * falling frequencies 10000^(-i / quarter), and the table of the target is given. Spread evenly, channel i of the target gets
 * channel i d / d' of the source, which has the same frequency (the nearest one where that is not whole).
 */
export function residualChannels(source: Shape, target: Shape): number[] {
  return spread(source.hiddenSize, target.hiddenSize);
}

/**
 * Channels inside attention, ordered by head. Heads of the same width are taken whole. Otherwise the axis is thinned or repeated
 * in order: with the same number of heads each keeps to itself, with fewer, neighbours are joined, with more, heads are cut.
 */
export function headChannels(source: Shape, target: Shape): number[] {
  const width = source.hiddenSize / source.heads;
  if (target.hiddenSize / target.heads !== width) return spread(source.hiddenSize, target.hiddenSize);
  return spread(source.heads, target.heads).flatMap((head) => Array.from({ length: width }, (_, i) => head * width + i));
}
