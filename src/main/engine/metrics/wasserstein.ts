/** Wasserstein-1 distance in one dimension and its mean over projections (Bonneel et al. 2015, sliced Wasserstein). */
import { type Features, assertComparable } from './features';

/** Between two samples of numbers: the area between their distribution functions. The samples may differ in size. */
export function wasserstein1d(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === 0 || b.length === 0) throw new Error('a distance needs samples on both sides');
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let area = 0;
  let i = 0;
  let j = 0;
  let from = Math.min(x[0], y[0]);
  while (i < x.length || j < y.length) {
    const next = Math.min(i < x.length ? x[i] : Infinity, j < y.length ? y[j] : Infinity);
    area += Math.abs(i / x.length - j / y.length) * (next - from);
    while (i < x.length && x[i] === next) i++;
    while (j < y.length && y[j] === next) j++;
    from = next;
  }
  return area;
}

/** Mean over `directions` [n, dimension] of the distance between the projections. */
export function slicedWasserstein(a: Features, b: Features, directions: Features): { mean: number; values: number[] } {
  assertComparable(a, b);
  assertComparable(a, directions);
  const values = Array.from({ length: directions.count }, (_, n) => wasserstein1d(project(a, directions, n), project(b, directions, n)));
  return { mean: values.reduce((s, v) => s + v, 0) / values.length, values };
}

function project(features: Features, directions: Features, n: number): Float64Array {
  const { count, dimension } = features;
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let k = 0; k < dimension; k++) out[i] += features.data[i * dimension + k] * directions.data[n * dimension + k];
  return out;
}
