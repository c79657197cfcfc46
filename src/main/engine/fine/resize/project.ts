import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { DiTConfig } from '../../../../shared/config';
import type { Moments } from './moments';
import type { ChannelMaps } from './resize';
import { type RowMap, multiplyRows } from './rowMaps';
import { chosenChannels, selectChannels } from './select';

/** Share of the mean diagonal that is added to it. More than rounding asks for: what the narrower model will see is not quite what was measured. */
const RIDGE = 1e-2;

/**
 * U's rows selected as in `selectChannels`, V's rows projected: what is read is estimated from the channels that stay. For inputs
 * x of a layer and the channels S x that stay, the least-squares estimate of x is A^T S x with A = (S C S^T)^-1 S C, C = E[x x^T];
 * W x becomes W A^T (S x), so V' = A V.
 *
 * A rotation of the residual stream onto its principal axes, as for other transformers, would keep more of it but is not
 * possible here: modulation and gates work channel by channel, as GELU and SiLU do, and the position table is given.
 * A wider target needs no estimate and is as in `selectChannels`.
 */
export function projectChannels(source: DiTConfig, target: DiTConfig, moments: Moments): ChannelMaps {
  const selected = selectChannels(source, target);
  if (target.hiddenSize >= source.hiddenSize) return selected;
  const { residual, inner, hidden, conditioning, timestep } = chosenChannels(source, target);
  const read = (moment: Matrix, kept: readonly number[]): RowMap => multiplyRows(estimation(moment, kept));
  return {
    write: selected.write,
    read: {
      qkv: read(moments.qkv, residual),
      proj: read(moments.proj, inner),
      fc1: read(moments.fc1, residual),
      fc2: read(moments.fc2, hidden),
      adaLN: read(moments.adaLN, conditioning),
      output: read(moments.output, residual),
      timestep: read(moments.timestep, timestep),
    },
  };
}

/** A [kept, n] from the moment C [n, n]. */
export function estimation(moment: Matrix, kept: readonly number[]): Matrix {
  const crossed = new Matrix(kept.map((channel) => moment.getRow(channel)));
  const own = crossed.subMatrixColumn([...kept]);
  const ridge = (RIDGE * moment.trace()) / moment.rows;
  for (let i = 0; i < own.rows; i++) own.set(i, i, own.get(i, i) + ridge);
  return new CholeskyDecomposition(own).solve(crossed);
}
