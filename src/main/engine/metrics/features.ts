/** Sets of feature vectors, which every quality measure compares. */

export interface Features {
  /** Row-major [count, dimension]. */
  data: Float64Array | Float32Array;
  count: number;
  dimension: number;
}

/** From rows of numbers, as fixtures and small tests hold them. */
export function featuresFromRows(rows: readonly (readonly number[])[]): Features {
  const dimension = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) data.set(row, i * dimension);
  return { data, count: rows.length, dimension };
}

/** Rows `from` to `to` (exclusive), sharing the memory. */
export function featureRows(features: Features, from: number, to: number): Features {
  return { data: features.data.subarray(from * features.dimension, to * features.dimension), count: to - from, dimension: features.dimension };
}

export function assertComparable(a: Features, b: Features, least = 1): void {
  if (a.dimension !== b.dimension) throw new Error(`features of ${a.dimension} and of ${b.dimension} dimensions cannot be compared`);
  if (a.count < least || b.count < least) throw new Error(`at least ${least} samples per side are needed, got ${a.count} and ${b.count}`);
}

/** Squared Euclidean distance between row `i` of `a` and row `j` of `b`. */
export function squaredDistance(a: Features, i: number, b: Features, j: number): number {
  const d = a.dimension;
  let sum = 0;
  for (let k = 0, p = i * d, q = j * d; k < d; k++, p++, q++) {
    const difference = a.data[p] - b.data[q];
    sum += difference * difference;
  }
  return sum;
}
