/** Inception Score (Salimans et al. 2016): exp of the mean KL divergence between p(y|x) and p(y). */
import { type Features, featureRows } from './features';

export interface InceptionScore {
  mean: number;
  /** Standard deviation over the splits, divided by their number. */
  std: number;
  values: number[];
}

/**
 * `probabilities` [N, classes], rows summing to 1. The score of each of `splits` consecutive parts as equal as whole samples allow
 * (from floor(s N / splits) on, as in the authors' code), with 0 log 0 = 0.
 */
export function inceptionScore(probabilities: Features, splits = 10): InceptionScore {
  const { count } = probabilities;
  if (count < splits) throw new Error(`${count} samples cannot be split in ${splits}`);
  const start = (s: number): number => Math.floor((s * count) / splits);
  const values = Array.from({ length: splits }, (_, s) => scoreOf(featureRows(probabilities, start(s), start(s + 1))));
  const mean = values.reduce((a, b) => a + b, 0) / splits;
  return { mean, std: Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / splits), values };
}

function scoreOf({ data, count, dimension }: Features): number {
  const marginal = new Float64Array(dimension);
  for (let i = 0; i < count; i++) for (let c = 0; c < dimension; c++) marginal[c] += data[i * dimension + c] / count;
  let divergence = 0;
  for (let i = 0; i < count; i++)
    for (let c = 0; c < dimension; c++) {
      const p = data[i * dimension + c];
      if (p > 0) divergence += p * Math.log(p / marginal[c]);
    }
  return Math.exp(divergence / count);
}
