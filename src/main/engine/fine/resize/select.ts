import type { DiTConfig } from '../../../../shared/config';
import { headChannels, residualChannels, spread } from './channels';
import type { ChannelMaps } from './resize';
import { type RowMap, takeRows } from './rowMaps';

/** Channels of the source that those of the target continue, by kind. */
export function chosenChannels(source: DiTConfig, target: DiTConfig) {
  const any = spread(source.hiddenSize, target.hiddenSize);
  return {
    residual: residualChannels(source, target),
    inner: headChannels(source, target),
    hidden: spread(Math.round(source.hiddenSize * source.mlpRatio), Math.round(target.hiddenSize * target.mlpRatio)),
    conditioning: any,
    timestep: any,
  };
}

/**
 * Rows of U and V selected (as weight selection does with whole matrices: Xu et al. 2024).
 *
 * Narrower: the rows of the chosen channels. What is read comes from fewer channels, so V's rows grow by sqrt(n / n'), which keeps
 * the variance of W x, and with it that of W: 2 / (in + out) of the narrower matrix.
 * Wider: a channel used several times writes the same value everywhere, and its readers share it out, so a product is what it
 * was (Net2Net, Chen et al. 2016). The shares differ, or equal channels would get equal gradients for ever.
 *
 * Queries change by sqrt(w / w') with the width w of a head, because attention divides by its root: repeated channels then give the
 * scores that they gave, and joined heads the mean of theirs.
 */
export function selectChannels(source: DiTConfig, target: DiTConfig): ChannelMaps {
  const { residual, inner, hidden, conditioning, timestep } = chosenChannels(source, target);
  const narrower = Math.sqrt(Math.max(1, source.hiddenSize / target.hiddenSize));
  const read = (from: readonly number[]): RowMap => takeRows(from, shares(from).map((share) => share * narrower));
  const query = Math.sqrt(source.hiddenSize / source.heads / (target.hiddenSize / target.heads));
  return {
    write: {
      residual: takeRows(residual),
      conditioning: takeRows(conditioning),
      timestep: takeRows(timestep),
      query: takeRows(inner, inner.map(() => query)),
      key: takeRows(inner),
      value: takeRows(inner),
      hidden: takeRows(hidden),
    },
    read: { qkv: read(residual), proj: read(inner), fc1: read(residual), fc2: read(hidden), adaLN: read(conditioning), output: read(residual), timestep: read(timestep) },
  };
}

/** How much each use of a channel counts: the uses of one channel add up to 1, the first counting most. */
function shares(from: readonly number[]): number[] {
  const uses = new Map<number, number>();
  for (const channel of from) uses.set(channel, (uses.get(channel) ?? 0) + 1);
  const seen = new Map<number, number>();
  return from.map((channel) => {
    const [n, before] = [uses.get(channel)!, seen.get(channel) ?? 0];
    seen.set(channel, before + 1);
    return (n - before) / ((n * (n + 1)) / 2);
  });
}
