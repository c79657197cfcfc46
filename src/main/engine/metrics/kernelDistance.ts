/** Kernel Inception Distance (Binkowski et al. 2018): squared maximum mean discrepancy with k(x, y) = (x.y / D + 1)^3. */
import { type Features, assertComparable } from './features';

/**
 * The unbiased estimator leaves each sample's product with itself out and may be negative for equal distributions; the biased
 * one keeps it.
 */
export function kernelDistance(a: Features, b: Features, options: { biased?: boolean } = {}): number {
  assertComparable(a, b, 2);
  const biased = options.biased ?? false;
  const pairs = (n: number): number => (biased ? n * n : n * (n - 1));
  return kernelSum(a, a, !biased) / pairs(a.count) + kernelSum(b, b, !biased) / pairs(b.count) - (2 * kernelSum(a, b, false)) / (a.count * b.count);
}

function kernelSum(a: Features, b: Features, skipDiagonal: boolean): number {
  const d = a.dimension;
  let sum = 0;
  for (let i = 0; i < a.count; i++)
    for (let j = 0; j < b.count; j++) {
      if (skipDiagonal && i === j) continue;
      let dot = 0;
      for (let k = 0, p = i * d, q = j * d; k < d; k++, p++, q++) dot += a.data[p] * b.data[q];
      const value = dot / d + 1;
      sum += value * value * value;
    }
  return sum;
}
