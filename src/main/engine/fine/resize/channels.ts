/**
 * Which channels of a model stand for which of a model of another width. Every function gives, per channel of the target, the
 * channel of the source that it continues: a narrower axis leaves channels out, a wider one uses some several times.
 */
import type { DiTConfig } from '../../../../shared/config';

type Shape = Pick<DiTConfig, 'hiddenSize' | 'heads' | 'patchSize'>;

/** Of the position table: wavelengths from 1 cell to this many. */
const LONGEST_PERIOD = 10_000;

/** `target` positions spread evenly over `source`; a wider axis repeats each one equally often, as far as that is possible. */
export function spread(source: number, target: number): number[] {
  return Array.from({ length: target }, (_, i) => Math.floor((i * source) / target));
}

/**
 * The residual stream. Each quarter of its channels carries one wave of the position table (sine or cosine, of column or row) at
 * falling frequencies 10000^(-i / quarter), and the table of the target is given. So channels are matched by frequency: evenly
 * within each quarter, and where patches are k times as wide, and a cell of the target is k of the source, shifted by
 * quarter log(k) / log(10000) to the channel of 1/k the frequency. The few at the end that have no partner go round to the other end.
 */
export function residualChannels(source: Shape, target: Shape): number[] {
  const [from, to] = [source.hiddenSize / 4, target.hiddenSize / 4];
  const shift = Math.round((to * Math.log(target.patchSize / source.patchSize)) / Math.log(LONGEST_PERIOD));
  const within = spread(from, to);
  return Array.from({ length: target.hiddenSize }, (_, c) => Math.floor(c / to) * from + within[((((c % to) + shift) % to) + to) % to]);
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
