/** Values of several seeds as one figure. */
export interface Spread {
  mean: number;
  /** Sample standard deviation; null with a single value. */
  deviation: number | null;
  n: number;
}

/** Over the values that are known; null without any. */
export function spread(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((v) => v !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, v) => sum + v, 0) / known.length;
  const deviation = known.length > 1 ? Math.sqrt(known.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (known.length - 1)) : null;
  return { mean, deviation, n: known.length };
}
